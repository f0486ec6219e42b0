import type { Connection } from './connection.ts'
import { nameOf } from './flags.ts'
import { secretUsageType } from './protocol/enums.generated.ts'
import type { NonnullSecret } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** What a secret can be for. */
export type SecretUsageType = keyof typeof secretUsageType

/** A password or key that the daemon keeps for disks, storage servers or TLS. */
export class Secret {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullSecret,
  ) {}

  /** Lower case with dashes. */
  get uuid(): string {
    return this.ref.uuid
  }

  get usageType(): SecretUsageType | 'unknown' {
    return nameOf(secretUsageType, this.ref.usageType)
  }

  /** What it is for: a volume's path, a server's name; '' for none. */
  get usageId(): string {
    return this.ref.usageID
  }

  /** Without the value. @see virSecretGetXMLDesc (remote procedure 143) */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.connection.call('secretGetXmlDesc', { secret: this.ref, flags: 0 }, options)).xml
  }

  /** @throws LibvirtError 'no-secret' before a value is set, 'invalid-secret' for a private one @see virSecretGetValue (145) */
  async getValue(options?: CallOptions): Promise<Uint8Array> {
    return (await this.connection.call('secretGetValue', { secret: this.ref, flags: 0 }, options)).value
  }

  /** @param value at most 65,536 bytes @see virSecretSetValue (144) */
  async setValue(value: Uint8Array, options?: CallOptions): Promise<void> {
    await this.connection.call('secretSetValue', { secret: this.ref, value, flags: 0 }, options)
  }

  /** Forgets definition and value. @see virSecretUndefine (146) */
  async undefine(options?: CallOptions): Promise<void> {
    await this.connection.call('secretUndefine', { secret: this.ref }, options)
  }
}
