import type { Connection } from './connection.ts'
import { flagBits, type Flags } from './flags.ts'
import { interfaceXmlFlags } from './protocol/enums.generated.ts'
import type { NonnullInterface } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** A network interface of the host. */
export class Interface {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullInterface,
  ) {}

  get name(): string {
    return this.ref.name
  }

  get mac(): string {
    return this.ref.mac
  }

  /** As it is now; with 'inactive' as it is configured. @see virInterfaceGetXMLDesc (remote procedure 130) */
  async getXMLDesc(flags?: Flags<typeof interfaceXmlFlags>, options?: CallOptions): Promise<string> {
    const args = { iface: this.ref, flags: flagBits(interfaceXmlFlags, flags) }
    return (await this.connection.call('interfaceGetXmlDesc', args, options)).xml
  }

  /** @see virInterfaceIsActive (156) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('interfaceIsActive', { iface: this.ref }, options)).active !== 0
  }

  /** Brings it up. @see virInterfaceCreate (133) */
  async create(options?: CallOptions): Promise<void> {
    await this.connection.call('interfaceCreate', { iface: this.ref, flags: 0 }, options)
  }

  /** Takes it down. @see virInterfaceDestroy (134) */
  async destroy(options?: CallOptions): Promise<void> {
    await this.connection.call('interfaceDestroy', { iface: this.ref, flags: 0 }, options)
  }

  /** Removes its configuration; between interfaceChangeBegin and Rollback it can come back. @see virInterfaceUndefine (132) */
  async undefine(options?: CallOptions): Promise<void> {
    await this.connection.call('interfaceUndefine', { iface: this.ref }, options)
  }
}
