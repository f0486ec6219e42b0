import type { Domain } from './domain.ts'
import { flagBits, type Flags } from './flags.ts'
import {
  domainCheckpointDeleteFlags,
  domainCheckpointListFlags,
  domainCheckpointXmlFlags,
} from './protocol/enums.generated.ts'
import type { NonnullDomainCheckpoint } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** A moment since which a domain's disks remember what changed, so that a backup can hold that alone. */
export class DomainCheckpoint {
  constructor(
    readonly domain: Domain,
    readonly ref: NonnullDomainCheckpoint,
  ) {}

  get name(): string {
    return this.ref.name
  }

  /** With 'size' how much has changed since. @see virDomainCheckpointGetXMLDesc (remote procedure 412) */
  async getXMLDesc(flags?: Flags<typeof domainCheckpointXmlFlags>, options?: CallOptions): Promise<string> {
    const args = { checkpoint: this.ref, flags: flagBits(domainCheckpointXmlFlags, flags) }
    return (await this.domain.connection.call('domainCheckpointGetXmlDesc', args, options)).xml
  }

  /** @throws LibvirtError 'no-domain-checkpoint' for a root @see virDomainCheckpointGetParent (416) */
  async getParent(options?: CallOptions): Promise<DomainCheckpoint> {
    const args = { checkpoint: this.ref, flags: 0 }
    const { parent } = await this.domain.connection.call('domainCheckpointGetParent', args, options)
    return new DomainCheckpoint(this.domain, parent)
  }

  /** The direct children, or with 'descendants' all below. @see virDomainCheckpointListAllChildren (414) */
  async listAllChildren(
    flags?: Flags<typeof domainCheckpointListFlags>,
    options?: CallOptions,
  ): Promise<DomainCheckpoint[]> {
    const args = { checkpoint: this.ref, need_results: 1, flags: flagBits(domainCheckpointListFlags, flags) }
    const { checkpoints } = await this.domain.connection.call('domainCheckpointListAllChildren', args, options)
    return checkpoints.map((ref) => new DomainCheckpoint(this.domain, ref))
  }

  /** What it knew of changes goes to its parent. @see virDomainCheckpointDelete (417) */
  async delete(flags?: Flags<typeof domainCheckpointDeleteFlags>, options?: CallOptions): Promise<void> {
    const args = { checkpoint: this.ref, flags: flagBits(domainCheckpointDeleteFlags, flags) }
    await this.domain.connection.call('domainCheckpointDelete', args, options)
  }
}
