import { powerActionsByState, type Machine, type PowerAction } from '@strata/contract/machines.ts'
import type { MachineRef } from '@strata/contract/references.ts'

import { api } from '../../api.ts'

export const powerIcons: Readonly<Record<PowerAction, string>> = {
  start: 'i-lucide-play',
  'shut-down': 'i-lucide-power',
  'force-off': 'i-lucide-zap-off',
  reboot: 'i-lucide-rotate-cw',
  reset: 'i-lucide-rotate-ccw',
  pause: 'i-lucide-pause',
  resume: 'i-lucide-play',
  save: 'i-lucide-moon',
  'discard-saved-state': 'i-lucide-eraser',
}

/** Acts that lose what the guest has not written yet: asked about first. */
const LOSING: ReadonlySet<PowerAction> = new Set(['force-off', 'reset', 'discard-saved-state'])
export const losesData = (action: PowerAction): boolean => LOSING.has(action)

/** What can be done to this machine now. */
export function possiblePowerActions(machine: Machine): readonly PowerAction[] {
  return powerActionsByState[machine.state].filter((action) => {
    if (action === 'discard-saved-state') return machine.hasSavedState
    if (action === 'save') return machine.persistent
    if (action === 'start') return !machine.isTemplate
    return true
  })
}

export const canDo = (machine: Machine, action: PowerAction): boolean => possiblePowerActions(machine).includes(action)

/** 'save' becomes a job of its own; the others return when libvirt accepted them. */
export async function runPowerAction(
  { hostId, uuid }: MachineRef,
  action: PowerAction,
  allowedReaches: string[] = [],
): Promise<void> {
  if (action === 'save') await api.machines.save({ hostId, uuid })
  else await api.machines.power({ hostId, uuid, action, allowedReaches })
}
