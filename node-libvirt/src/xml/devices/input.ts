import { oneOf, text } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

export class DomainInput extends xmlObject({
  type: property('./@type', oneOf('mouse', 'tablet', 'keyboard', 'passthrough', 'evdev')),
  bus: property('./@bus', oneOf('usb', 'virtio', 'ps2', 'xen')),
  model: property('./@model', text),
  sourcePath: property('./source/@evdev', text),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
