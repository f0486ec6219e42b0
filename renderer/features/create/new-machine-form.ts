import {
  type CreationDefaults,
  type CreationFinding,
  type CpuTopology,
  newMachine,
  type NewDisk,
  type NewMachine,
} from '@strata/contract/create.ts'
import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { amountText, parseAmount } from './amount.ts'
import type { Choice } from './choice.ts'
import {
  type ChosenValues,
  diskRow,
  type DiskRow,
  type EditChange,
  fieldTexts,
  type FormEdits,
  type TextField,
} from './form-edits.ts'
import { setupOf } from './setup-form.ts'

export type FormField = CreationFinding['field']
/** The value that would mend a finding by itself, as a change to the form. */
export type Suggestion = NonNullable<CreationFinding['suggestion']>

export interface NewMachineForm {
  readonly hostId: string
  readonly defaults: CreationDefaults
  readonly choice: Choice | null
  readonly edits: FormEdits
}

export type Draft = Partial<NewMachine> & { hostId: string }

/** What the chosen fields hold now. */
export function chosenValues({ defaults, edits }: NewMachineForm): Omit<ChosenValues, 'poolUuid'> & {
  poolUuid: string | null
} {
  return {
    osId: defaults.osId.value,
    topology: defaults.topology.value,
    cpu: defaults.cpu.value,
    poolUuid: defaults.poolUuid.value,
    disk: defaults.disk.value,
    network: defaults.network.value,
    nicModel: defaults.nicModel.value,
    moreNics: defaults.moreNics.value,
    firmware: defaults.firmware.value,
    tpm: defaults.tpm.value,
    machineType: defaults.machineType.value,
    accelerator: defaults.accelerator.value,
    video: defaults.video.value,
    sound: defaults.sound.value,
    agentChannel: defaults.agentChannel.value,
    rng: defaults.rng.value,
    driversMedia: defaults.driversMedia.value,
    bootOrder: defaults.bootOrder.value,
    autostart: defaults.autostart.value,
    startsNow: defaults.startsNow.value,
    ...edits.values,
  }
}

export const diskRows = ({ defaults, edits }: NewMachineForm): readonly DiskRow[] =>
  edits.moreDisks ?? defaults.moreDisks.value.map(diskRow)

/** What is set up inside, cleaned of empty lines; null: nothing is. */
export function formSetup({ defaults, choice, edits }: NewMachineForm): GuestSetup | null {
  const proposed = defaults.setup.value
  const byHand = choice?.source.kind === 'iso' && choice.source.installs === 'by-hand'
  if (proposed === null || defaults.choices.setup === null || byHand) return null
  return setupOf({ ...proposed, ...edits.setup }, defaults.choices.setup)
}

/** What the form says so far; fields that cannot be read are left out. */
export function draftOf(form: NewMachineForm): Draft {
  const texts = readTexts(form)
  const values = chosenValues(form)
  const { topology, ...chosen } = values
  const setup = newMachine.shape.setup.safeParse(formSetup(form))
  const moreDisks = newMachine.shape.moreDisks.safeParse(diskRows(form).map(newDisk))
  return {
    hostId: form.hostId,
    ...(form.choice === null ? {} : { source: form.choice.source }),
    ...chosen,
    ...texts,
    topology: fits(topology, texts.vcpuCount) ? topology : null,
    ...(setup.success ? { setup: setup.data } : {}),
    ...(moreDisks.success ? { moreDisks: moreDisks.data } : {}),
  }
}

/** The whole order, when the form says it; the engine may still object. */
export function orderOf(form: NewMachineForm): NewMachine | null {
  const order = newMachine.safeParse(draftOf(form))
  return order.success ? order.data : null
}

const kibOf = (bytes: number | null) => (bytes === null ? null : Math.round(bytes / 1024))

/** The typed fields as values, without those that cannot be read. */
function readTexts(form: NewMachineForm): Partial<Pick<NewMachine, TextField>> {
  const texts = fieldTexts(form.defaults, form.edits)
  const name = texts.name.trim()
  const vcpuCount = wholeNumber(texts.vcpuCount)
  const memoryKiB = kibOf(parseAmount(texts.memoryKiB, 'MiB'))
  const maxMemoryKiB = kibOf(parseAmount(texts.maxMemoryKiB, 'MiB'))
  const diskBytes = parseAmount(texts.diskBytes, 'GiB')
  return {
    ...(newMachine.shape.name.safeParse(name).success ? { name } : {}),
    ...(vcpuCount === null ? {} : { vcpuCount }),
    ...(memoryKiB === null ? {} : { memoryKiB }),
    ...(maxMemoryKiB === null && texts.maxMemoryKiB.trim() !== '' ? {} : { maxMemoryKiB }),
    ...(diskBytes === null && texts.diskBytes.trim() !== '' ? {} : { diskBytes }),
  }
}

/** The change to the form that takes a finding's own remedy over; a source is the page's. */
export function suggestedChange(suggestion: Suggestion): EditChange {
  const {
    source: _source,
    setup,
    moreDisks,
    name,
    vcpuCount,
    memoryKiB,
    maxMemoryKiB,
    diskBytes,
    hostId: _,
    ...values
  } = suggestion
  const size = (bytes: number | null) => (bytes === null ? '' : amountText(bytes))
  return {
    texts: {
      ...(name === undefined ? {} : { name }),
      ...(vcpuCount === undefined ? {} : { vcpuCount: String(vcpuCount) }),
      ...(memoryKiB === undefined ? {} : { memoryKiB: amountText(memoryKiB * 1024) }),
      ...(maxMemoryKiB === undefined ? {} : { maxMemoryKiB: size(maxMemoryKiB === null ? null : maxMemoryKiB * 1024) }),
      ...(diskBytes === undefined ? {} : { diskBytes: size(diskBytes) }),
    },
    values: values as EditChange['values'] & {},
    ...(setup == null ? {} : { setup }),
    ...(moreDisks === undefined ? {} : { moreDisks: moreDisks.map(diskRow) }),
  }
}

/** A size that cannot be read becomes one that the contract refuses, so that nothing is made of it. */
const newDisk = (row: DiskRow): NewDisk => {
  if (row.kind === 'existing') return row
  const { capacity, ...rest } = row
  return { ...rest, capacityBytes: parseAmount(capacity, 'GiB') ?? 0 }
}

const fits = (topology: CpuTopology | null, vcpuCount: number | undefined): boolean =>
  topology !== null && topology.sockets * topology.cores * topology.threads === vcpuCount

export const wholeNumber = (text: string): number | null => {
  const count = Number(text)
  return /^\s*\d+\s*$/.test(text) && count >= 1 ? count : null
}
