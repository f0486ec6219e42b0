import type { Machine, PowerAction } from '@strata/contract/machines.ts'
import type { ContextMenuItem } from '@nuxt/ui'

import { t } from '../../i18n.ts'
import { losesData, possiblePowerActions, powerIcons } from './machine-power.ts'

export interface MachineMenuActs {
  open(machine: Machine, tab?: 'console'): void
  power(machines: readonly Machine[], action: PowerAction): void
  check(machine: Machine): void
  remove(machine: Machine): void
}

const BULK: readonly PowerAction[] = ['start', 'shut-down', 'pause', 'resume', 'force-off']
export const bulkActions = BULK

const powerItem = (action: PowerAction, machines: readonly Machine[], acts: MachineMenuActs): ContextMenuItem => ({
  label: t(`machines.power.${action}`),
  icon: powerIcons[action],
  ...(losesData(action) ? { color: 'error' as const } : {}),
  onSelect: () => {
    acts.power(machines, action)
  },
})

/** What a right click on a row offers: everything for one machine, the power acts for several. */
export function machineMenu(machines: readonly Machine[], acts: MachineMenuActs): ContextMenuItem[][] {
  const [only, ...others] = machines
  if (only === undefined) return []
  if (others.length > 0) {
    const possible = BULK.filter((action) => machines.some((machine) => possiblePowerActions(machine).includes(action)))
    return [
      [{ type: 'label', label: t('machines.bulk.selected', {}, machines.length) }],
      possible.map((action) => powerItem(action, machines, acts)),
    ]
  }
  const open = (label: string, icon: string, tab?: 'console'): ContextMenuItem => ({
    label,
    icon,
    onSelect: () => {
      acts.open(only, tab)
    },
  })
  return [
    [
      open(t('machines.table.open'), 'i-lucide-square-arrow-out-up-right'),
      open(t('machines.table.console'), 'i-lucide-monitor', 'console'),
    ],
    possiblePowerActions(only).map((action) => powerItem(action, machines, acts)),
    [
      {
        label: t('doctor.act'),
        icon: 'i-lucide-stethoscope',
        onSelect: () => {
          acts.check(only)
        },
      },
    ],
    [
      {
        label: t('machines.table.remove'),
        icon: 'i-lucide-trash-2',
        color: 'error',
        onSelect: () => {
          acts.remove(only)
        },
      },
    ],
  ]
}
