import { oneOf, text, yesNo } from '../codec.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'

export class DomainTpm extends xmlObject({
  model: property('./@model', oneOf('tpm-crb', 'tpm-tis', 'tpm-spapr', 'tpm-tis-device')),
  backend: property('./backend/@type', oneOf('emulator', 'passthrough', 'external')),
  version: property('./backend/@version', oneOf('2.0', '1.2')),
  /** Whether its state outlives the definition. */
  keepsState: property('./backend/@persistent_state', yesNo),
  devicePath: property('./backend/device/@path', text),
  alias: property('./alias/@name', text),
}) {}
