import { oneOf, text } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

export class DomainWatchdog extends xmlObject({
  model: property('./@model', oneOf('i6300esb', 'ib700', 'diag288', 'itco')),
  action: property('./@action', oneOf('reset', 'shutdown', 'poweroff', 'pause', 'none', 'dump', 'inject-nmi')),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
