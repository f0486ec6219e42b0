import { integer, oneOf, text } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

export class DomainController extends xmlObject({
  type: property(
    './@type',
    oneOf('pci', 'scsi', 'sata', 'usb', 'ide', 'virtio-serial', 'fdc', 'ccid', 'xenbus', 'isa'),
  ),
  index: property('./@index', integer),
  model: property('./@model', text),
  ports: property('./@ports', integer),
  modelName: property('./model/@name', text),
  targetChassis: property('./target/@chassis', integer),
  targetPort: property('./target/@port', text),
  ioThread: property('./driver/@iothread', integer),
  queues: property('./driver/@queues', integer),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
