import type { Connection } from './connection.ts'
import type { NonnullNwfilter, NonnullNwfilterBinding } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** Rules for the traffic of network cards. */
export class NWFilter {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullNwfilter,
  ) {}

  get name(): string {
    return this.ref.name
  }

  /** Lower case with dashes. */
  get uuid(): string {
    return this.ref.uuid
  }

  /** @see virNWFilterGetXMLDesc (remote procedure 177) */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.connection.call('nwfilterGetXmlDesc', { nwfilter: this.ref, flags: 0 }, options)).xml
  }

  /** @throws LibvirtError 'operation-invalid' while a card or another filter uses it @see virNWFilterUndefine (181) */
  async undefine(options?: CallOptions): Promise<void> {
    await this.connection.call('nwfilterUndefine', { nwfilter: this.ref }, options)
  }
}

/** A filter at work on one network card. */
export class NWFilterBinding {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullNwfilterBinding,
  ) {}

  /** The card's device on the host, such as 'vnet0'. */
  get portDev(): string {
    return this.ref.portdev
  }

  get filterName(): string {
    return this.ref.filtername
  }

  /** @see virNWFilterBindingGetXMLDesc (398) */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.connection.call('nwfilterBindingGetXmlDesc', { nwfilter: this.ref, flags: 0 }, options)).xml
  }

  /** The card is not filtered any more. @see virNWFilterBindingDelete (400) */
  async delete(options?: CallOptions): Promise<void> {
    await this.connection.call('nwfilterBindingDelete', { nwfilter: this.ref }, options)
  }
}
