import { integer, oneOf, text } from './codec.ts'
import { list } from './composition.ts'
import { documentObject } from './document-object.ts'
import { property, texts } from './property.ts'
import { bytes } from './units.ts'
import { xmlObject } from './xml-object.ts'
import { DeviceAddress } from './devices/address.ts'

/** What a device of the host is and says of itself; which fields apply is told by `type`. */
export class NodeDeviceCapability extends xmlObject({
  type: property(
    './@type',
    oneOf(
      'system',
      'pci',
      'usb_device',
      'usb',
      'net',
      'scsi_host',
      'scsi_target',
      'scsi',
      'storage',
      'scsi_generic',
      'mdev',
      'drm',
      'ccw',
      'css',
      'vdpa',
    ),
  ),
  product: property('./product', text),
  productId: property('./product/@id', text),
  vendor: property('./vendor', text),
  vendorId: property('./vendor/@id', text),
  /** type='system' */
  hardwareVendor: property('./hardware/vendor', text),
  hardwareSerial: property('./hardware/serial', text),
  hardwareUuid: property('./hardware/uuid', text),
  firmwareVersion: property('./firmware/version', text),
  /** type='pci'; numbers are decimal here. */
  pciClass: property('./class', text),
  pciDomain: property('./domain', integer),
  /** type='pci' and type='usb_device' */
  bus: property('./bus', integer),
  slot: property('./slot', integer),
  function: property('./function', integer),
  usbDevice: property('./device', integer),
  iommuGroup: property('./iommuGroup/@number', integer),
  iommuGroupMembers: list('./iommuGroup/address', DeviceAddress),
  numaNode: property('./numa/@node', integer),
  /** type='net' */
  interface: property('./interface', text),
  macAddress: property('./address', text),
  linkState: property(
    './link/@state',
    oneOf('up', 'down', 'unknown', 'lowerlayerdown', 'dormant', 'testing', 'notpresent'),
  ),
  linkSpeedMbps: property('./link/@speed', integer),
  /** type='storage' */
  block: property('./block', text),
  driveType: property('./drive_type', text),
  model: property('./model', text),
  serial: property('./serial', text),
  sizeBytes: property('./size', bytes),
  /** Further kinds inside this one, such as hotpluggable, virt_functions, 80203. */
  traits: texts('./capability/@type'),
}) {}

/** @see https://libvirt.org/formatnode.html */
export class NodeDeviceXml extends documentObject('device', {
  name: property('./name', text),
  path: property('./path', text),
  parent: property('./parent', text),
  driver: property('./driver/name', text),
  capabilities: list('./capability', NodeDeviceCapability),
}) {}
