import { DomainSaving } from './domain-saving.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { readScreenshot, type Screenshot } from './screenshot.ts'
import type { LibvirtStream } from './stream.ts'

type DeviceFlags = Flags<typeof enums.domainDeviceModifyFlags>

/** Devices, and the streams that come out of them. */
export abstract class DomainDevices extends DomainSaving {
  /** @param affects the running guest, the stored definition, or both @see virDomainAttachDeviceFlags (160) */
  async attachDeviceFlags(xml: string, affects: DeviceFlags, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, xml, flags: flagBits(enums.domainDeviceModifyFlags, affects) }
    await this.connection.call('domainAttachDeviceFlags', args, options)
  }

  /** Live, it returns when the guest has been asked; 'device-removed' tells that it is gone. @see virDomainDetachDeviceFlags (161) */
  async detachDeviceFlags(xml: string, affects: DeviceFlags, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, xml, flags: flagBits(enums.domainDeviceModifyFlags, affects) }
    await this.connection.call('domainDetachDeviceFlags', args, options)
  }

  /** Like detachDeviceFlags, by the device's alias, such as 'net0' or 'ua-mine'. @see virDomainDetachDeviceAlias (392) */
  async detachDeviceAlias(alias: string, affects: DeviceFlags, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, alias, flags: flagBits(enums.domainDeviceModifyFlags, affects) }
    await this.connection.call('domainDetachDeviceAlias', args, options)
  }

  /** Changes a device, such as the medium of a drive. @see virDomainUpdateDeviceFlags (174) */
  async updateDeviceFlags(xml: string, affects: DeviceFlags, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, xml, flags: flagBits(enums.domainDeviceModifyFlags, affects) }
    await this.connection.call('domainUpdateDeviceFlags', args, options)
  }

  /** Makes the graphics server read its certificates again. @see virDomainGraphicsReload (448), libvirt 10.2 and later */
  async graphicsReload(
    type: keyof typeof enums.domainGraphicsReloadType = 'any',
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, type: enums.domainGraphicsReloadType[type], flags: 0 }
    await this.connection.call('domainGraphicsReload', args, options)
  }

  /** A picture of a screen, 0 being the first. Its format is the hypervisor's: see `mime`. @see virDomainScreenshot (211) */
  async screenshot(screen = 0, options: CallOptions = {}): Promise<Screenshot> {
    return readScreenshot(this.screenshotStream(screen, options))
  }

  /** Like `screenshot`, for reading it as it comes. `opened` gives the MIME type. */
  screenshotStream(screen = 0, options: CallOptions = {}) {
    const args = { dom: this.ref, screen, flags: 0 }
    return this.connection.openStream('domainScreenshot', args, { direction: 'read', ...options })
  }

  /**
   * A serial console; bytes go both ways as they are. The stream fails with 'operation-failed' when somebody else holds
   * it and the flag is 'safe'; 'force' throws them out.
   * @param device its alias; null for the first @see virDomainOpenConsole (201)
   */
  openConsole(
    device: string | null = null,
    flags?: Flags<typeof enums.domainConsoleFlags>,
    options: CallOptions = {},
  ): LibvirtStream {
    const args = { dom: this.ref, dev_name: device, flags: flagBits(enums.domainConsoleFlags, flags) }
    return this.connection.openStream('domainOpenConsole', args, { direction: 'both', ...options }).stream
  }

  /** A virtio channel by its target name; null for the first. @see virDomainOpenChannel (296) */
  openChannel(
    name: string | null = null,
    flags?: Flags<typeof enums.domainChannelFlags>,
    options: CallOptions = {},
  ): LibvirtStream {
    const args = { dom: this.ref, name, flags: flagBits(enums.domainChannelFlags, flags) }
    return this.connection.openStream('domainOpenChannel', args, { direction: 'both', ...options }).stream
  }
}
