import { oneOf, text, yesNo } from './codec.ts'
import { property } from './property.ts'
import { xmlObject } from './xml-object.ts'

/** How one security driver confines the machine's process. */
export class SecurityLabel extends xmlObject({
  type: property('./@type', oneOf('dynamic', 'static', 'none')),
  /** The security driver: apparmor, selinux, dac. */
  model: property('./@model', text),
  relabel: property('./@relabel', yesNo),
  label: property('./label', text),
  imageLabel: property('./imagelabel', text),
}) {}
