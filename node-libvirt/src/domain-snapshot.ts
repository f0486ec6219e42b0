import type { Domain } from './domain.ts'
import { flagBits, type Flags } from './flags.ts'
import {
  domainSnapshotDeleteFlags,
  domainSnapshotListFlags,
  domainSnapshotRevertFlags,
  domainSnapshotXmlFlags,
} from './protocol/enums.generated.ts'
import type { NonnullDomainSnapshot } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** A point in a domain's life that it can be taken back to. */
export class DomainSnapshot {
  constructor(
    readonly domain: Domain,
    readonly ref: NonnullDomainSnapshot,
  ) {}

  get name(): string {
    return this.ref.name
  }

  /** @see virDomainSnapshotGetXMLDesc (remote procedure 186) */
  async getXMLDesc(flags?: Flags<typeof domainSnapshotXmlFlags>, options?: CallOptions): Promise<string> {
    const args = { snap: this.ref, flags: flagBits(domainSnapshotXmlFlags, flags) }
    return (await this.domain.connection.call('domainSnapshotGetXmlDesc', args, options)).xml
  }

  /** @throws LibvirtError 'no-domain-snapshot' for a root @see virDomainSnapshotGetParent (244) */
  async getParent(options?: CallOptions): Promise<DomainSnapshot> {
    const { snap } = await this.domain.connection.call('domainSnapshotGetParent', { snap: this.ref, flags: 0 }, options)
    return new DomainSnapshot(this.domain, snap)
  }

  /** The direct children, or with 'descendants' all below. @see virDomainSnapshotListAllChildren (275) */
  async listAllChildren(
    flags?: Flags<typeof domainSnapshotListFlags>,
    options?: CallOptions,
  ): Promise<DomainSnapshot[]> {
    const args = { snapshot: this.ref, need_results: 1, flags: flagBits(domainSnapshotListFlags, flags) }
    const { snapshots } = await this.domain.connection.call('domainSnapshotListAllChildren', args, options)
    return snapshots.map((ref) => new DomainSnapshot(this.domain, ref))
  }

  /** @see virDomainSnapshotIsCurrent (271) */
  async isCurrent(options?: CallOptions): Promise<boolean> {
    return (
      (await this.domain.connection.call('domainSnapshotIsCurrent', { snap: this.ref, flags: 0 }, options)).current !==
      0
    )
  }

  /** Whether libvirt knows more of it than the disk images do. @see virDomainSnapshotHasMetadata (272) */
  async hasMetadata(options?: CallOptions): Promise<boolean> {
    const args = { snap: this.ref, flags: 0 }
    return (await this.domain.connection.call('domainSnapshotHasMetadata', args, options)).metadata !== 0
  }

  /** @see virDomainSnapshotNumChildren (246) */
  async numChildren(flags?: Flags<typeof domainSnapshotListFlags>, options?: CallOptions): Promise<number> {
    const args = { snap: this.ref, flags: flagBits(domainSnapshotListFlags, flags) }
    return (await this.domain.connection.call('domainSnapshotNumChildren', args, options)).num
  }

  /** Deletes it with its data; its children then hang on its parent. @see virDomainSnapshotDelete (193) */
  async delete(flags?: Flags<typeof domainSnapshotDeleteFlags>, options?: CallOptions): Promise<void> {
    const args = { snap: this.ref, flags: flagBits(domainSnapshotDeleteFlags, flags) }
    await this.domain.connection.call('domainSnapshotDelete', args, options)
  }

  /** Takes the domain back to it; what happened since is lost. @see virDomainRevertToSnapshot (192) */
  async revert(flags?: Flags<typeof domainSnapshotRevertFlags>, options?: CallOptions): Promise<void> {
    const args = { snap: this.ref, flags: flagBits(domainSnapshotRevertFlags, flags) }
    await this.domain.connection.call('domainRevertToSnapshot', args, options)
  }
}
