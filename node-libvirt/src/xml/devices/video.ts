import { integer, oneOf, text, yesNo } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

export class DomainVideo extends xmlObject({
  model: property('./model/@type', oneOf('virtio', 'qxl', 'vga', 'cirrus', 'bochs', 'ramfb', 'vmvga', 'none')),
  heads: property('./model/@heads', integer),
  isPrimary: property('./model/@primary', yesNo),
  videoMemoryKiB: property('./model/@vram', integer),
  memoryKiB: property('./model/@ram', integer),
  vgaMemoryKiB: property('./model/@vgamem', integer),
  accelerated3d: property('./model/acceleration/@accel3d', yesNo),
  widthPixels: property('./model/resolution/@x', integer),
  heightPixels: property('./model/resolution/@y', integer),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
