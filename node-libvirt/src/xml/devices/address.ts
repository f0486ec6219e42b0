import { onOff, oneOf, text } from '../codec.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'

/** Where a device sits on its bus. Numbers stay as they are written: libvirt writes some in hex, some in decimal. */
export class DeviceAddress extends xmlObject({
  type: property(
    './@type',
    oneOf(
      'pci',
      'drive',
      'usb',
      'virtio-serial',
      'ccid',
      'spapr-vio',
      'ccw',
      'isa',
      'dimm',
      'virtio-mmio',
      'unassigned',
    ),
  ),
  domain: property('./@domain', text),
  bus: property('./@bus', text),
  slot: property('./@slot', text),
  function: property('./@function', text),
  multifunction: property('./@multifunction', onOff),
  controller: property('./@controller', text),
  target: property('./@target', text),
  unit: property('./@unit', text),
  port: property('./@port', text),
  iobase: property('./@iobase', text),
  irq: property('./@irq', text),
}) {}
