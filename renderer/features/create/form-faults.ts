import { newMachine } from '@strata/contract/create.ts'

import { parseAmount } from './amount.ts'
import { fieldTexts } from './form-edits.ts'
import { diskRows, formSetup, type FormField, type NewMachineForm, wholeNumber } from './new-machine-form.ts'
import { setupFaults, type SetupFault } from './setup-form.ts'

/** What a field's text lacks, found without asking the engine. */
export type LocalFault =
  'name-empty' | 'name-characters' | 'count-unreadable' | 'amount-unreadable' | 'no-volume' | SetupFault

export interface PlacedFault {
  readonly field: FormField
  /** As in a finding: the number of a further disk, or a part of the set-up. */
  readonly part: number | string | null
  readonly fault: LocalFault
}

/** What can be told to be wrong while it is typed, in the order of the page. */
export function localFaults(form: NewMachineForm): readonly PlacedFault[] {
  const texts = fieldTexts(form.defaults, form.edits)
  const name = texts.name.trim()
  const isAmount = (text: string, unit: 'MiB' | 'GiB') => parseAmount(text, unit) !== null
  const setup = formSetup(form)
  const ofField = (field: FormField, fault: LocalFault): PlacedFault => ({ field, part: null, fault })
  return [
    ...(name === '' ? [ofField('name', 'name-empty')] : []),
    ...(name !== '' && !newMachine.shape.name.safeParse(name).success ? [ofField('name', 'name-characters')] : []),
    ...(wholeNumber(texts.vcpuCount) === null ? [ofField('vcpuCount', 'count-unreadable')] : []),
    ...(isAmount(texts.memoryKiB, 'MiB') ? [] : [ofField('memoryKiB', 'amount-unreadable')]),
    ...(isEmptyOr(texts.maxMemoryKiB, (text) => isAmount(text, 'MiB'))
      ? []
      : [ofField('maxMemoryKiB', 'amount-unreadable')]),
    ...(isEmptyOr(texts.diskBytes, (text) => isAmount(text, 'GiB')) ? [] : [ofField('diskBytes', 'amount-unreadable')]),
    ...diskRows(form).flatMap((row, part): PlacedFault[] => {
      if (row.kind === 'existing')
        return row.volumeName === '' ? [{ field: 'moreDisks', part, fault: 'no-volume' }] : []
      return isAmount(row.capacity, 'GiB') ? [] : [{ field: 'moreDisks', part, fault: 'amount-unreadable' }]
    }),
    ...(setup === null || form.defaults.choices.setup === null
      ? []
      : Object.entries(setupFaults(setup, form.defaults.choices.setup)).map(([part, fault]): PlacedFault => ({
          field: 'setup',
          part,
          fault,
        }))),
  ]
}

/** Nothing typed is an answer where a value may be absent. */
const isEmptyOr = (text: string, reads: (text: string) => boolean) => text.trim() === '' || reads(text)
