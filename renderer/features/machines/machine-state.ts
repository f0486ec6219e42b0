import type { Host } from '@strata/contract/hosts.ts'
import type { Machine, MachineState } from '@strata/contract/machines.ts'

import { t } from '../../i18n.ts'

/** How a state is drawn: never by colour alone. */
export type StateShape = 'disc' | 'ring' | 'bars' | 'diamond' | 'turning'

type Stated = Pick<Machine, 'state' | 'stateReason' | 'hasSavedState' | 'installation' | 'setup' | 'isTemplate'>

const SHAPES: Readonly<Record<MachineState, StateShape>> = {
  running: 'disc',
  paused: 'bars',
  suspended: 'bars',
  'shutting-down': 'turning',
  'shut-off': 'ring',
  crashed: 'diamond',
  unknown: 'ring',
}

/** QEMU pauses a machine whose disk cannot be written: that is a failure, not the user's pause. */
const stoppedByDisk = (machine: Stated) => machine.state === 'paused' && machine.stateReason === 'io-error'
const endedBadly = (machine: Stated) =>
  machine.state === 'shut-off' && (machine.stateReason === 'crashed' || machine.stateReason === 'failed')

export function stateShape(machine: Stated): StateShape {
  return stoppedByDisk(machine) || endedBadly(machine) ? 'diamond' : SHAPES[machine.state]
}

/** What is going on in a guest that runs, as far as it is known: one whose agent does not answer may just run. */
function workInside({ setup, installation }: Stated): 'installing' | 'setting-up' | null {
  if (setup?.phase === 'setting-up') return 'setting-up'
  if (setup !== null) return setup.phase === 'installing' ? 'installing' : null
  // Somebody who installs by hand sees it on the screen.
  return installation === 'automatic' ? 'installing' : null
}

export function stateWord(machine: Stated): string {
  if (stoppedByDisk(machine)) return t('machines.state.disk-failed')
  if (endedBadly(machine)) return t('machines.state.ended-badly')
  if (machine.isTemplate) return t('machines.state.template')
  if (machine.state === 'running') {
    const work = workInside(machine)
    if (work !== null) return t(`machines.state.${work}`)
  }
  if (machine.state === 'shut-off' && machine.hasSavedState) return t('machines.state.saved')
  return t(`machines.state.${machine.state}`)
}

/** True while its state is not known any more, because its host does not answer. */
export const isStale = (host: Host | undefined): boolean => host?.status.state === 'unreachable'

export const isActive = (machine: Pick<Machine, 'state'>): boolean =>
  machine.state !== 'shut-off' && machine.state !== 'unknown' && machine.state !== 'crashed'
