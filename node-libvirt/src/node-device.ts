import type { Connection } from './connection.ts'
import { flagBits, type Flags } from './flags.ts'
import { nodeDeviceUpdateFlags, nodeDeviceXmlFlags } from './protocol/enums.generated.ts'
import { REMOTE_NODE_DEVICE_CAPS_LIST_MAX } from './protocol/constants.generated.ts'
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

  /** As it is; with 'inactive' (libvirt 9.10 and later) as it is defined. @see virNodeDeviceGetXMLDesc (remote procedure 114) */
  async getXMLDesc(flags?: Flags<typeof nodeDeviceXmlFlags>, options?: CallOptions): Promise<string> {
    const args = { name: this.name, flags: flagBits(nodeDeviceXmlFlags, flags) }
    return (await this.connection.call('nodeDeviceGetXmlDesc', args, options)).xml
  }

  /** The name of the device that it is part of; null for the computer itself. @see virNodeDeviceGetParent (115) */
  async getParent(options?: CallOptions): Promise<string | null> {
    const { parentName } = await this.connection.call('nodeDeviceGetParent', { name: this.name }, options)
    return parentName
  }

  /** What it can do, such as 'pci' or 'storage'. @see virNodeDeviceListCaps (117) */
  async listCaps(options?: CallOptions): Promise<string[]> {
    const args = { name: this.name, maxnames: REMOTE_NODE_DEVICE_CAPS_LIST_MAX }
    return (await this.connection.call('nodeDeviceListCaps', args, options)).names
  }

  /**
   * Takes it from the host's driver, so that a guest can have it.
   * @param driver the driver that gets it instead, such as 'vfio'; null for the hypervisor's choice
   * @see virNodeDeviceDetachFlags (301)
   */
  async detachFlags(driver: string | null = null, options?: CallOptions): Promise<void> {
    const args = { name: this.name, driverName: driver, flags: 0 }
    await this.connection.call('nodeDeviceDetachFlags', args, options)
  }

  /** Gives it back to the host's driver. @see virNodeDeviceReAttach (119) */
  async reAttach(options?: CallOptions): Promise<void> {
    await this.connection.call('nodeDeviceReAttach', { name: this.name }, options)
  }

  /** Puts a PCI device into the state that it had at power-on. @see virNodeDeviceReset (120) */
  async reset(options?: CallOptions): Promise<void> {
    await this.connection.call('nodeDeviceReset', { name: this.name }, options)
  }

  /** Starts a defined device. @see virNodeDeviceCreate (430), libvirt 7.3 and later */
  async create(options?: CallOptions): Promise<void> {
    await this.connection.call('nodeDeviceCreate', { name: this.name, flags: 0 }, options)
  }

  /** Removes a virtual device, such as an NPIV port or a mediated device, from the host. @see virNodeDeviceDestroy (124) */
  async destroy(options?: CallOptions): Promise<void> {
    await this.connection.call('nodeDeviceDestroy', { name: this.name }, options)
  }

  /** Forgets the definition. @see virNodeDeviceUndefine (429), libvirt 7.3 and later */
  async undefine(options?: CallOptions): Promise<void> {
    await this.connection.call('nodeDeviceUndefine', { name: this.name, flags: 0 }, options)
  }

  /** Changes a mediated device. @see virNodeDeviceUpdate (447), libvirt 10.1 and later */
  async update(xml: string, flags?: Flags<typeof nodeDeviceUpdateFlags>, options?: CallOptions): Promise<void> {
    const args = { name: this.name, xml_desc: xml, flags: flagBits(nodeDeviceUpdateFlags, flags) }
    await this.connection.call('nodeDeviceUpdate', args, options)
  }

  /** @see virNodeDeviceGetAutostart (433), libvirt 7.8 and later */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('nodeDeviceGetAutostart', { name: this.name }, options)).autostart !== 0
  }

  /** @see virNodeDeviceSetAutostart (434), libvirt 7.8 and later */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    const args = { name: this.name, autostart: autostart ? 1 : 0 }
    await this.connection.call('nodeDeviceSetAutostart', args, options)
  }

  /** Whether it is defined. @see virNodeDeviceIsPersistent (435), libvirt 7.8 and later */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('nodeDeviceIsPersistent', { name: this.name }, options)).persistent !== 0
  }

  /** @see virNodeDeviceIsActive (436), libvirt 7.8 and later */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('nodeDeviceIsActive', { name: this.name }, options)).active !== 0
  }
}
