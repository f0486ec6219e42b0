import type { CreationDefaults, NewDisk, NewMachine } from '@strata/contract/create.ts'
import type { GuestSetup } from '@strata/contract/guest-setup.ts'

import { amountText } from './amount.ts'

/** Fields whose value is typed; kept as they were typed, until they can be read. */
export const textFields = ['name', 'vcpuCount', 'memoryKiB', 'maxMemoryKiB', 'diskBytes'] as const
export type TextField = (typeof textFields)[number]

/** Fields whose value is chosen among some. */
export type ChosenValues = Pick<
  NewMachine,
  | 'osId'
  | 'topology'
  | 'cpu'
  | 'poolUuid'
  | 'disk'
  | 'network'
  | 'nicModel'
  | 'moreNics'
  | 'firmware'
  | 'tpm'
  | 'machineType'
  | 'accelerator'
  | 'video'
  | 'sound'
  | 'agentChannel'
  | 'rng'
  | 'driversMedia'
  | 'bootOrder'
  | 'autostart'
  | 'startsNow'
>

type NewDiskOf<K extends NewDisk['kind']> = Extract<NewDisk, { kind: K }>

/** A further disk as it stands in the form: its size as it was typed. */
export type DiskRow = (Omit<NewDiskOf<'new'>, 'capacityBytes'> & { readonly capacity: string }) | NewDiskOf<'existing'>

/** What the user typed or chose; what is absent keeps Strata's proposal, also when that changes with the source. */
export interface FormEdits {
  readonly texts: Readonly<Partial<Record<TextField, string>>>
  readonly values: Readonly<Partial<ChosenValues>>
  /** Lists hold the lines as typed, empty ones too. */
  readonly setup: Readonly<Partial<GuestSetup>>
  readonly moreDisks: readonly DiskRow[] | null
}

export interface EditChange {
  readonly texts?: FormEdits['texts']
  readonly values?: FormEdits['values']
  readonly setup?: FormEdits['setup']
  readonly moreDisks?: readonly DiskRow[]
}

export const noEdits: FormEdits = { texts: {}, values: {}, setup: {}, moreDisks: null }

export const edited = (edits: FormEdits, change: EditChange): FormEdits => ({
  texts: { ...edits.texts, ...change.texts },
  values: { ...edits.values, ...change.values },
  setup: { ...edits.setup, ...change.setup },
  moreDisks: change.moreDisks ?? edits.moreDisks,
})

/** The edits that hold for another system too: what was said about the one before does not. */
export function forAnotherSource(edits: FormEdits): FormEdits {
  const { osId: _osId, driversMedia: _driversMedia, ...values } = edits.values
  const { userData: _userData, ...setup } = edits.setup
  return { ...edits, values, setup }
}

/** What stands in each text field now. */
export function fieldTexts(defaults: CreationDefaults, { texts }: FormEdits): Record<TextField, string> {
  const { maxMemoryKiB, diskBytes } = defaults
  return {
    name: texts.name ?? defaults.name.value,
    vcpuCount: texts.vcpuCount ?? String(defaults.vcpuCount.value),
    memoryKiB: texts.memoryKiB ?? amountText(defaults.memoryKiB.value * 1024),
    maxMemoryKiB: texts.maxMemoryKiB ?? (maxMemoryKiB.value === null ? '' : amountText(maxMemoryKiB.value * 1024)),
    diskBytes: texts.diskBytes ?? (diskBytes.value === null ? '' : amountText(diskBytes.value)),
  }
}

export const diskRow = (disk: NewDisk): DiskRow => {
  if (disk.kind === 'existing') return disk
  const { capacityBytes, ...rest } = disk
  return { ...rest, capacity: amountText(capacityBytes) }
}
