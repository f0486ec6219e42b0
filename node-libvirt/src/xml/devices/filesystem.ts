import { oneOf, text } from '../codec.ts'
import { part } from '../composition.ts'
import { flag, property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

/** A folder of the host inside the guest. */
export class DomainFilesystem extends xmlObject({
  type: property('./@type', oneOf('mount', 'template', 'file', 'block', 'ram', 'bind')),
  accessMode: property('./@accessmode', oneOf('passthrough', 'mapped', 'squash')),
  driver: property('./driver/@type', oneOf('virtiofs', 'path', 'handle', 'mtp')),
  sourceDirectory: property('./source/@dir', text),
  sourceSocket: property('./source/@socket', text),
  /** The name that the guest mounts it by. */
  targetTag: property('./target/@dir', text),
  binaryPath: property('./binary/@path', text),
  isReadOnly: flag('./readonly'),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
