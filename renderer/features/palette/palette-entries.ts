import type { Host } from '@strata/contract/hosts.ts'
import { powerActions, type Machine, type PowerAction } from '@strata/contract/machines.ts'
import type { Settings } from '@strata/contract/settings.ts'

import { t } from '../../i18n.ts'
import { canDo, possiblePowerActions, powerIcons } from '../machines/machine-power.ts'
import { bestMatches, searchWords } from '../machines/machine-search.ts'

export interface PaletteEntry {
  readonly id: string
  readonly group: 'machines' | 'actions'
  readonly label: string
  /** What tells it from its like: address, host. */
  readonly hint: string
  readonly icon: string | null
  /** Drawn with its state. */
  readonly machine: Machine | null
  run(): void
}

/** What the palette can see and do. */
export interface PaletteWorld {
  readonly machines: readonly Machine[]
  readonly hosts: readonly Host[]
  go(path: string): void
  power(machine: Machine, action: PowerAction): void
  check(machine: Machine): void
  setTheme(theme: Settings['theme']): void
  addHost(): void
  showKeys(): void
}

const MACHINES_SHOWN = 7
const VERBS_SHOWN = 6

const pageOf = (machine: Machine) => `/machines/${encodeURIComponent(machine.hostId)}/${machine.uuid}`

function action(id: string, label: string, icon: string, run: () => void, hint = ''): PaletteEntry {
  return { id, group: 'actions', label, hint, icon, machine: null, run }
}

const themes = [
  ['light', 'i-lucide-sun'],
  ['dark', 'i-lucide-moon'],
  ['system', 'i-lucide-monitor'],
] as const

function windowActions(world: PaletteWorld): readonly PaletteEntry[] {
  const place = (id: string, label: string, icon: string, path: string) =>
    action(id, label, icon, () => {
      world.go(path)
    })
  const goTo = (label: string) => t('palette.goTo', { place: label })
  return [
    place('new', t('window.newMachine'), 'i-lucide-plus', '/new'),
    place('machines', goTo(t('machines.title')), 'i-lucide-list', '/'),
    ...world.hosts.map((host) =>
      place(`host ${host.id}`, goTo(host.label), 'i-lucide-server', `/hosts/${encodeURIComponent(host.id)}`),
    ),
    action('add-host', t('hosts.adding.act'), 'i-lucide-plus', () => {
      world.addHost()
    }),
    place('images', goTo(t('images.title')), 'i-lucide-hard-drive-download', '/images'),
    place('trash', goTo(t('window.trash')), 'i-lucide-trash-2', '/trash'),
    place('settings', goTo(t('window.settings')), 'i-lucide-settings', '/settings'),
    ...themes.map(([theme, icon]) =>
      action(`theme ${theme}`, t(`palette.theme.${theme}`), icon, () => {
        world.setTheme(theme)
      }),
    ),
    action('keys', t('palette.keys.title'), 'i-lucide-keyboard', () => {
      world.showKeys()
    }),
  ]
}

function powerEntry(machine: Machine, verb: PowerAction, world: PaletteWorld): PaletteEntry {
  const label = t('palette.act', { action: t(`machines.power.${verb}`), name: machine.name })
  return action(`${verb} ${machine.hostId} ${machine.uuid}`, label, powerIcons[verb], () => {
    world.power(machine, verb)
  })
}

function checkEntry(machine: Machine, world: PaletteWorld): PaletteEntry {
  const label = t('doctor.actFor', { name: machine.name })
  return action(`check ${machine.hostId} ${machine.uuid}`, label, 'i-lucide-stethoscope', () => {
    world.check(machine)
  })
}

/** 'check web' means: look at the machines that match 'web'. */
function checkEntries(
  words: readonly string[],
  world: PaletteWorld,
  hostLabel: (id: string) => string,
): readonly PaletteEntry[] {
  const [said = '', ...rest] = words
  const [verb = ''] = searchWords(t('doctor.act'))
  if (said.length < 2 || !verb.startsWith(said) || rest.length === 0) return []
  return bestMatches(world.machines, rest, VERBS_SHOWN, hostLabel).map((machine) => checkEntry(machine, world))
}

/** 'start web' means: the machines that match 'web' and can be started. */
function verbEntries(
  words: readonly string[],
  world: PaletteWorld,
  hostLabel: (id: string) => string,
): readonly PaletteEntry[] {
  return powerActions.flatMap((verb) => {
    const verbWords = searchWords(t(`machines.power.${verb}`))
    const said = words.slice(0, verbWords.length)
    const fits = said.length === verbWords.length && verbWords.every((word, at) => word.startsWith(said[at] ?? ' '))
    const rest = words.slice(verbWords.length)
    if (!fits || rest.length === 0) return []
    const able = world.machines.filter((machine) => canDo(machine, verb))
    return bestMatches(able, rest, VERBS_SHOWN, hostLabel).map((machine) => powerEntry(machine, verb, world))
  })
}

function machineEntry(machine: Machine, world: PaletteWorld, hostLabel: (id: string) => string): PaletteEntry {
  const hint = [machine.addresses[0], world.hosts.length > 1 ? hostLabel(machine.hostId) : null]
  return {
    id: `machine ${machine.hostId} ${machine.uuid}`,
    group: 'machines',
    label: machine.name,
    hint: hint.filter(Boolean).join(', '),
    icon: null,
    machine,
    run: () => {
      world.go(pageOf(machine))
    },
  }
}

/** What can be done with the one machine that is meant. */
function actsFor(machine: Machine, world: PaletteWorld): readonly PaletteEntry[] {
  const name = { name: machine.name }
  return [
    action(`console ${machine.uuid}`, t('palette.console', name), 'i-lucide-monitor', () => {
      world.go(`${pageOf(machine)}/console`)
    }),
    ...possiblePowerActions(machine).map((verb) => powerEntry(machine, verb, world)),
    checkEntry(machine, world),
  ]
}

/** What fits the text, the likeliest first. Without a text: what the window can do. */
export function paletteEntries(text: string, world: PaletteWorld): readonly PaletteEntry[] {
  const words = searchWords(text)
  const actions = windowActions(world)
  if (words.length === 0) return actions
  const labels = new Map(world.hosts.map((host) => [host.id, host.label]))
  const hostLabel = (hostId: string) => labels.get(hostId) ?? hostId
  const machines = bestMatches(world.machines, words, MACHINES_SHOWN, hostLabel)
  const [best, second] = machines
  const isMeant = best !== undefined && (second === undefined || best.name.toLowerCase() === text.trim().toLowerCase())
  return [
    ...machines.map((machine) => machineEntry(machine, world, hostLabel)),
    ...verbEntries(words, world, hostLabel),
    ...checkEntries(words, world, hostLabel),
    ...(isMeant ? actsFor(best, world) : []),
    ...actions.filter((entry) => {
      const said = searchWords(entry.label)
      return words.every((word) => said.some((one) => one.startsWith(word)))
    }),
  ]
}
