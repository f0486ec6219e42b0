import type { CreationDefaults, NetworkSource } from '@strata/contract/create.ts'

import { formatBytes } from '../../../formats.ts'
import { t } from '../../../i18n.ts'
import { word } from '../../../words.ts'
import { fieldTexts } from '../form-edits.ts'
import { chosenValues, diskRows, draftOf, type FormField, formSetup, type NewMachineForm } from '../new-machine-form.ts'
import { fitOf } from '../source-fit.ts'
import { networkKey } from '../summary/network-key.ts'

/** The parts of the page that “Customise” opens, from the system down to the definition. */
export const sectionIds = [
  'system',
  'processor',
  'memory',
  'firmware',
  'disks',
  'network',
  'display',
  'devices',
  'boot',
  'setup',
  'definition',
] as const
export type SectionId = (typeof sectionIds)[number]

/** Which fields stand where; all others stand in the summary. */
const fieldsOf: Readonly<Record<SectionId, readonly FormField[]>> = {
  system: ['osId'],
  processor: ['topology', 'cpu', 'accelerator'],
  memory: ['maxMemoryKiB'],
  firmware: ['firmware', 'tpm', 'machineType'],
  disks: ['disk', 'moreDisks'],
  network: ['nicModel', 'moreNics'],
  display: ['video', 'sound'],
  devices: ['agentChannel', 'rng', 'driversMedia'],
  boot: ['bootOrder', 'autostart', 'startsNow'],
  setup: ['setup'],
  definition: [],
}

/** The section that a field stands in; null: the summary. The password is there too where it is all that is asked. */
export const sectionOf = (field: FormField): SectionId | null =>
  sectionIds.find((id) => fieldsOf[id].includes(field)) ?? null

export function shownSections(form: NewMachineForm): readonly SectionId[] {
  const { hardware } = fitOf(form.choice?.source ?? null)
  return sectionIds.filter((id) => {
    if (id === 'setup') return formSetup(form) !== null
    return hardware || id === 'boot' || id === 'definition'
  })
}

const list = (parts: readonly (string | null)[]) => parts.filter((part) => part !== null && part !== '').join(', ')
/** None is not worth a word. */
const counted = (key: string, count: number) => (count === 0 ? null : t(key, {}, count))
const yes = (holds: boolean, key: string) => (holds ? t(key) : null)

/** The whole section in a line, for when it is closed. */
export function sectionLine(id: SectionId, form: NewMachineForm, osName: string | null): string {
  const values = chosenValues(form)
  const texts = fieldTexts(form.defaults, form.edits)
  switch (id) {
    case 'system':
      return osName ?? values.osId ?? t('create.lines.unknownSystem')
    case 'processor':
      return list([t('create.lines.vcpus', { count: texts.vcpuCount }), cpuText(values.cpu), topologyText(form)])
    case 'memory':
      return texts.maxMemoryKiB.trim() === ''
        ? texts.memoryKiB
        : t('create.lines.upTo', { amount: texts.memoryKiB, most: texts.maxMemoryKiB })
    case 'firmware':
      return list([t(`create.firmwares.${values.firmware}`), yes(values.tpm, 'create.lines.tpm'), values.machineType])
    case 'disks':
      return list([diskLine(form), counted('create.lines.moreDisks', diskRows(form).length)])
    case 'network':
      return list([
        values.network.kind === 'none' ? t('create.lines.noCard') : networkLabel(form.defaults, values.network),
        values.network.kind === 'none' ? null : t(`create.nicModels.${values.nicModel}`),
        counted('create.lines.moreNics', values.moreNics.length),
      ])
    case 'display':
      return list([t(`create.videos.${values.video}`), t(`create.sounds.${values.sound}`)])
    case 'devices':
      return (
        list([
          yes(values.agentChannel, 'create.lines.agent'),
          yes(values.rng, 'create.lines.rng'),
          yes(values.driversMedia !== null, 'create.lines.drivers'),
        ]) || t('create.lines.noDevices')
      )
    case 'boot':
      return list([
        values.bootOrder.map((device) => t(`create.bootDevices.${device}`)).join(' → '),
        yes(values.autostart, 'create.lines.autostart'),
        t(values.startsNow ? 'create.lines.startsNow' : 'create.lines.startsLater'),
      ])
    case 'setup':
      return setupLine(form)
    case 'definition':
      return t('create.lines.definition')
  }
}

const networkLabel = (defaults: CreationDefaults, source: NetworkSource): string =>
  word(defaults.networks.find((each) => networkKey(each.source) === networkKey(source))?.label) ??
  t('create.lines.network')

const cpuText = (cpu: ReturnType<typeof chosenValues>['cpu']): string =>
  cpu.mode === 'named' ? cpu.model : t(`create.cpus.${cpu.mode}`)

function topologyText(form: NewMachineForm): string | null {
  const { topology } = draftOf(form)
  return topology == null ? null : t('create.topology', { ...topology })
}

function diskLine(form: NewMachineForm): string {
  const { disk } = chosenValues(form)
  const { diskBytes } = draftOf(form)
  if (!fitOf(form.choice?.source ?? null).ownDisk) return t('create.lines.broughtDisks')
  if (diskBytes == null) return t('create.lines.noDisk')
  return t('create.lines.disk', {
    bytes: formatBytes(diskBytes),
    bus: t(`create.buses.${disk.bus}`),
    allocation: t(`create.allocations.${disk.allocation}`),
  })
}

function setupLine(form: NewMachineForm): string {
  const setup = formSetup(form)
  if (setup === null) return ''
  return list([
    t('create.lines.user', { user: setup.userName }),
    counted('create.lines.packages', setup.packages.length),
    setup.network.kind === 'static' ? setup.network.address : null,
    setup.userData === null ? null : t('create.lines.ownUserData'),
  ])
}
