import { integer, oneOf, text } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

/** A source of random numbers for the guest. */
export class DomainRng extends xmlObject({
  model: property('./@model', oneOf('virtio', 'virtio-transitional', 'virtio-non-transitional')),
  backendModel: property('./backend/@model', oneOf('random', 'egd', 'builtin')),
  /** The host's device, such as /dev/urandom. */
  backendPath: property('./backend', text),
  rateBytes: property('./rate/@bytes', integer),
  ratePeriodMs: property('./rate/@period', integer),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
