import { oneOf, text } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

/** A slot for a USB device of whoever looks at the screen. */
export class DomainRedirectedDevice extends xmlObject({
  bus: property('./@bus', oneOf('usb')),
  type: property('./@type', oneOf('spicevmc', 'tcp')),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
