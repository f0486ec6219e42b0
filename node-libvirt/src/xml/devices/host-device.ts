import { integer, onOff, oneOf, text, yesNo } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

/** A device of the host that the guest is given. */
export class DomainHostDevice extends xmlObject({
  mode: property('./@mode', oneOf('subsystem', 'capabilities')),
  type: property('./@type', oneOf('pci', 'usb', 'scsi', 'scsi_host', 'mdev', 'net', 'storage', 'misc')),
  /** Taken from its host driver at start and given back at the end. */
  managed: property('./@managed', yesNo),
  model: property('./@model', text),
  driver: property('./driver/@name', oneOf('vfio', 'kvm', 'xen')),
  /** PCI address on the host. */
  source: part('./source/address', DeviceAddress),
  sourceUuid: property('./source/address/@uuid', text),
  usbVendorId: property('./source/vendor/@id', text),
  usbProductId: property('./source/product/@id', text),
  usbDevice: property('./source/address/@device', text),
  romBar: property('./rom/@bar', onOff),
  romFile: property('./rom/@file', text),
  bootOrder: property('./boot/@order', integer),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
