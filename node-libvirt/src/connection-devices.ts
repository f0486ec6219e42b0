import type { Connection } from './connection.ts'
import { ConnectionStorage } from './connection-storage.ts'
import { flagBits, type Flags } from './flags.ts'
import { NodeDevice } from './node-device.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { Secret, type SecretUsageType } from './secret.ts'

/** The host’s devices, and secrets. */
export abstract class ConnectionDevices extends ConnectionStorage {
  /** @see virConnectListAllNodeDevices (285) */
  async listAllNodeDevices(
    this: Connection,
    flags?: Flags<typeof enums.connectListAllNodeDeviceFlags>,
    options?: CallOptions,
  ): Promise<NodeDevice[]> {
    const args = { need_results: 1, flags: flagBits(enums.connectListAllNodeDeviceFlags, flags) }
    const { devices } = await this.call('connectListAllNodeDevices', args, options)
    return devices.map((ref) => new NodeDevice(this, ref))
  }

  /** @throws LibvirtError 'no-node-device' @see virNodeDeviceLookupByName (113) */
  async nodeDeviceLookupByName(this: Connection, name: string, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this, (await this.call('nodeDeviceLookupByName', { name }, options)).dev)
  }

  /** The SCSI host with these world wide names. @see virNodeDeviceLookupSCSIHostByWWN (297) */
  async nodeDeviceLookupSCSIHostByWWN(
    this: Connection,
    wwnn: string,
    wwpn: string,
    options?: CallOptions,
  ): Promise<NodeDevice> {
    return new NodeDevice(
      this,
      (await this.call('nodeDeviceLookupScsiHostByWwn', { wwnn, wwpn, flags: 0 }, options)).dev,
    )
  }

  /** Makes a virtual device, such as an NPIV port or a mediated device, until the host restarts. @see virNodeDeviceCreateXML (123) */
  async nodeDeviceCreateXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.nodeDeviceCreateXmlFlags>,
    options?: CallOptions,
  ): Promise<NodeDevice> {
    const args = { xml_desc: xml, flags: flagBits(enums.nodeDeviceCreateXmlFlags, flags) }
    return new NodeDevice(this, (await this.call('nodeDeviceCreateXml', args, options)).dev)
  }

  /** Stores the definition of a mediated device. @see virNodeDeviceDefineXML (428), libvirt 7.3 and later */
  async nodeDeviceDefineXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.nodeDeviceDefineXmlFlags>,
    options?: CallOptions,
  ): Promise<NodeDevice> {
    const args = { xml_desc: xml, flags: flagBits(enums.nodeDeviceDefineXmlFlags, flags) }
    return new NodeDevice(this, (await this.call('nodeDeviceDefineXml', args, options)).dev)
  }

  /** @see virConnectListAllSecrets (287) */
  async listAllSecrets(
    this: Connection,
    flags?: Flags<typeof enums.connectListAllSecretsFlags>,
    options?: CallOptions,
  ): Promise<Secret[]> {
    const args = { need_results: 1, flags: flagBits(enums.connectListAllSecretsFlags, flags) }
    const { secrets } = await this.call('connectListAllSecrets', args, options)
    return secrets.map((ref) => new Secret(this, ref))
  }

  /** @throws LibvirtError 'no-secret' @see virSecretLookupByUUID (141) */
  async secretLookupByUUID(this: Connection, uuid: string, options?: CallOptions): Promise<Secret> {
    return new Secret(this, (await this.call('secretLookupByUuid', { uuid }, options)).secret)
  }

  /** @throws LibvirtError 'no-secret' @see virSecretLookupByUsage (147) */
  async secretLookupByUsage(
    this: Connection,
    usageType: SecretUsageType,
    usageId: string,
    options?: CallOptions,
  ): Promise<Secret> {
    const args = { usageType: enums.secretUsageType[usageType], usageID: usageId }
    return new Secret(this, (await this.call('secretLookupByUsage', args, options)).secret)
  }

  /** Its value is set by `Secret.setValue`. @see virSecretDefineXML (142) */
  async secretDefineXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.secretDefineFlags>,
    options?: CallOptions,
  ): Promise<Secret> {
    const args = { xml, flags: flagBits(enums.secretDefineFlags, flags) }
    return new Secret(this, (await this.call('secretDefineXml', args, options)).secret)
  }
}
