import type { Connection } from './connection.ts'
import type { NonnullNodeDevice } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** A device of the host. */
export class NodeDevice {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullNodeDevice,
  ) {}

  get name(): string {
    return this.ref.name
  }

  /** @see virNodeDeviceGetXMLDesc (remote procedure 114) */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    const { xml } = await this.connection.call('nodeDeviceGetXmlDesc', { name: this.name, flags: 0 }, options)
    return xml
  }

  /** The name of the device that it is part of; null for the computer itself. @see virNodeDeviceGetParent (115) */
  async getParent(options?: CallOptions): Promise<string | null> {
    const { parentName } = await this.connection.call('nodeDeviceGetParent', { name: this.name }, options)
    return parentName
  }
}
