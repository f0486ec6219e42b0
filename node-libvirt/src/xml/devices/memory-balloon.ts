import { integer, oneOf, onOff, text } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

/** A guest has at most one; libvirt adds it unless the model says none. */
export class DomainMemoryBalloon extends xmlObject({
  model: property('./@model', oneOf('virtio', 'none', 'xen', 'virtio-transitional', 'virtio-non-transitional')),
  autoDeflate: property('./@autodeflate', onOff),
  freePageReporting: property('./@freePageReporting', onOff),
  /** How often the guest's driver reports; without it there are no numbers from inside. */
  statsPeriodSeconds: property('./stats/@period', integer),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
