import { oneOf, text, yesNo } from './codec.ts'
import { list } from './composition.ts'
import { property } from './property.ts'
import { xmlObject } from './xml-object.ts'

export class ClockTimer extends xmlObject({
  name: property('./@name', oneOf('rtc', 'pit', 'hpet', 'kvmclock', 'hypervclock', 'tsc', 'platform', 'armvtimer')),
  isPresent: property('./@present', yesNo),
  tickPolicy: property('./@tickpolicy', oneOf('delay', 'catchup', 'merge', 'discard')),
}) {}

export class DomainClock extends xmlObject({
  offset: property('./@offset', oneOf('utc', 'localtime', 'timezone', 'variable', 'absolute')),
  /** With offset='timezone'. */
  timeZone: property('./@timezone', text),
  timers: list('./timer', ClockTimer),
}) {}
