import { integer, text } from './codec.ts'
import { property } from './property.ts'
import { xmlObject } from './xml-object.ts'

export class StoragePermissions extends xmlObject({
  /** Octal, as it is written: 0711. */
  mode: property('./mode', text),
  /** -1: whoever the daemon runs as. */
  ownerId: property('./owner', integer),
  groupId: property('./group', integer),
  label: property('./label', text),
}) {}
