import { integer, oneOf, text, yesNo } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

/** The host's end of a character device; which fields apply is told by the device's `type`. */
export class CharacterSource extends xmlObject({
  path: property('./@path', text),
  mode: property('./@mode', oneOf('bind', 'connect')),
  host: property('./@host', text),
  service: property('./@service', text),
  channel: property('./@channel', text),
}) {}

const base = {
  type: property(
    './@type',
    oneOf(
      'pty',
      'unix',
      'file',
      'tcp',
      'udp',
      'null',
      'stdio',
      'pipe',
      'dev',
      'vc',
      'spicevmc',
      'spiceport',
      'qemu-vdagent',
      'nmdm',
      'dbus',
    ),
  ),
  source: part('./source', CharacterSource),
  logFile: property('./log/@file', text),
  targetType: property('./target/@type', text),
  targetPort: property('./target/@port', integer),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
} as const

export class DomainSerial extends xmlObject({
  ...base,
  targetModel: property('./target/model/@name', text),
}) {}

/** What the guest may log in on. libvirt lists the first serial port here once more. */
export class DomainConsole extends xmlObject({
  ...base,
  /** The terminal of a running guest. */
  tty: property('./@tty', text),
}) {}

export class DomainParallel extends xmlObject(base) {}

/** A named pipe between host and guest, such as the guest agent's. */
export class DomainChannel extends xmlObject({
  ...base,
  name: property('./target/@name', text),
  /** Whether something in the guest has it open; libvirt says so for a running guest. */
  state: property('./target/@state', oneOf('connected', 'disconnected')),
  clipboardCopy: property('./source/clipboard/@copypaste', yesNo),
}) {}
