import {
  type CreationDefaults,
  type CreationFinding,
  type FoundMedia,
  type MachineSource,
  type MediaSource,
  type NetworkSource,
  newMachine,
  type NewMachine,
} from '@strata/contract/create.ts'
import { amountText, parseAmount } from './amount.ts'

export type FormField = CreationFinding['field']
/** The value that would mend a finding by itself, as a change to the form. */
export type Suggestion = NonNullable<CreationFinding['suggestion']>

/** What the user typed or chose, as it stands in the fields; an absent one keeps Strata's proposal. */
export interface FormEdits {
  name?: string
  vcpuCount?: string
  memory?: string
  disk?: string
  poolUuid?: string
  network?: NetworkSource
  firmware?: NewMachine['firmware']
  accelerator?: NewMachine['accelerator']
}

export interface NewMachineForm {
  readonly hostId: string
  readonly defaults: CreationDefaults
  readonly media: FoundMedia | null
  readonly edits: Readonly<FormEdits>
  readonly takenNames: ReadonlySet<string>
}

export type Draft = Partial<NewMachine> & { hostId: string }

/** A field of its own that cannot be read, found without asking the engine. */
export type LocalFault = 'name-empty' | 'name-characters' | 'count-unreadable' | 'amount-unreadable'

/** What stands in each text field now. */
export function fieldTexts(form: NewMachineForm): Required<Pick<FormEdits, 'name' | 'vcpuCount' | 'memory' | 'disk'>> {
  const { defaults, edits } = form
  return {
    name: edits.name ?? proposedName(form),
    vcpuCount: edits.vcpuCount ?? String(defaults.vcpuCount.value),
    memory: edits.memory ?? amountText(defaults.memoryKiB.value * 1024),
    disk: edits.disk ?? amountText(defaults.diskBytes.value ?? 0),
  }
}

/** What the form says so far; fields that cannot be read are left out. */
export function draftOf(form: NewMachineForm): Draft {
  const { defaults, edits } = form
  const texts = fieldTexts(form)
  const memoryBytes = parseAmount(texts.memory, 'MiB')
  const diskBytes = parseAmount(texts.disk, 'GiB')
  const vcpuCount = wholeNumber(texts.vcpuCount)
  const poolUuid = edits.poolUuid ?? defaults.poolUuid.value
  const name = texts.name.trim()
  return {
    ...proposedHardware(defaults),
    hostId: form.hostId,
    ...(newMachine.shape.name.safeParse(name).success ? { name } : {}),
    ...(form.media === null ? {} : { source: isoSource(form.media.source) }),
    ...(vcpuCount === null ? {} : { vcpuCount }),
    ...(memoryBytes === null ? {} : { memoryKiB: Math.round(memoryBytes / 1024) }),
    ...(diskBytes === null ? {} : { diskBytes }),
    ...(poolUuid === null ? {} : { poolUuid }),
    network: edits.network ?? defaults.network.value,
    firmware: edits.firmware ?? defaults.firmware.value,
    accelerator: edits.accelerator ?? defaults.accelerator.value,
  }
}

/** The whole order, when the form says it; the engine may still object. */
export function orderOf(form: NewMachineForm): NewMachine | null {
  const order = newMachine.safeParse(draftOf(form))
  return order.success ? order.data : null
}

/** What can be told to be wrong while it is typed. */
export function localFaults(form: NewMachineForm): Partial<Record<FormField, LocalFault>> {
  const texts = fieldTexts(form)
  const name = texts.name.trim()
  return {
    ...(name === '' ? { name: 'name-empty' } : {}),
    ...(name !== '' && !newMachine.shape.name.safeParse(name).success ? { name: 'name-characters' } : {}),
    ...(wholeNumber(texts.vcpuCount) === null ? { vcpuCount: 'count-unreadable' } : {}),
    ...(parseAmount(texts.memory, 'MiB') === null ? { memoryKiB: 'amount-unreadable' } : {}),
    ...(parseAmount(texts.disk, 'GiB') === null ? { diskBytes: 'amount-unreadable' } : {}),
  }
}

/** The edits with a finding's own remedy applied; a medium is looked up again by the page. */
export function withSuggestion(edits: Readonly<FormEdits>, suggestion: Suggestion): FormEdits {
  return {
    ...edits,
    ...(suggestion.name === undefined ? {} : { name: suggestion.name }),
    ...(suggestion.vcpuCount === undefined ? {} : { vcpuCount: String(suggestion.vcpuCount) }),
    ...(suggestion.memoryKiB === undefined ? {} : { memory: amountText(suggestion.memoryKiB * 1024) }),
    ...(suggestion.diskBytes == null ? {} : { disk: amountText(suggestion.diskBytes) }),
    ...(suggestion.poolUuid === undefined ? {} : { poolUuid: suggestion.poolUuid }),
    ...(suggestion.network === undefined ? {} : { network: suggestion.network }),
    ...(suggestion.firmware === undefined ? {} : { firmware: suggestion.firmware }),
    ...(suggestion.accelerator === undefined ? {} : { accelerator: suggestion.accelerator }),
  }
}

/** A name after the medium, free on the host; the engine's own proposal while nothing is chosen. */
export function proposedName({ media, defaults, takenNames }: NewMachineForm): string {
  const stem = media === null ? null : nameFromFile(media.fileName)
  if (stem === null) return defaults.name.value
  if (!takenNames.has(stem)) return stem
  for (let count = 2; ; count += 1) {
    if (!takenNames.has(`${stem}-${count}`)) return `${stem}-${count}`
  }
}

/** 'debian-12.5.0-amd64-netinst.iso' → 'debian-12': the words before the version's details. */
export function nameFromFile(fileName: string): string | null {
  const stem = fileName.replace(/\.(iso|img)$/i, '').toLowerCase()
  const words = stem.split(/[^a-z0-9.+]+/).filter((word) => word !== '')
  const version = words.findIndex((word) => /^v?\d/.test(word))
  const kept =
    version > 0
      ? [...words.slice(0, version), (words[version] ?? '').replace(/^(\d+(?:\.\d{2})?)(?!\d).*/, '$1')]
      : words
  const name = kept
    .slice(0, 3)
    .join('-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
  return name === '' ? null : name.slice(0, 60)
}

export const sameMedia = (a: MediaSource, b: MediaSource): boolean =>
  a.kind === 'volume'
    ? b.kind === 'volume' && a.poolUuid === b.poolUuid && a.name === b.name
    : b.kind === 'file' && a.path === b.path

const wholeNumber = (text: string): number | null => {
  const count = Number(text)
  return /^\s*\d+\s*$/.test(text) && count >= 1 ? count : null
}

/** What the page does not ask for: as proposed. */
function proposedHardware(defaults: CreationDefaults) {
  return {
    osId: defaults.osId.value,
    setup: defaults.setup.value,
    topology: defaults.topology.value,
    cpu: defaults.cpu.value,
    maxMemoryKiB: defaults.maxMemoryKiB.value,
    disk: defaults.disk.value,
    moreDisks: defaults.moreDisks.value,
    nicModel: defaults.nicModel.value,
    moreNics: defaults.moreNics.value,
    tpm: defaults.tpm.value,
    machineType: defaults.machineType.value,
    video: defaults.video.value,
    sound: defaults.sound.value,
    agentChannel: defaults.agentChannel.value,
    rng: defaults.rng.value,
    driversMedia: defaults.driversMedia.value,
    bootOrder: defaults.bootOrder.value,
    autostart: defaults.autostart.value,
    startsNow: defaults.startsNow.value,
  }
}

export const isoSource = (media: MediaSource): Extract<MachineSource, { kind: 'iso' }> => ({
  kind: 'iso',
  media,
  installs: 'by-hand',
})
