import type { MachineState } from '@strata/contract/machines.ts'

interface StateMeaning {
  readonly state: MachineState
  /** libvirt's reasons for this state, by their number. 'unknown' says nothing and becomes null. */
  readonly reasons: readonly string[]
}

/** virDomainState by number, with the reasons of each (virDomainRunningReason and its like). */
const meanings: readonly StateMeaning[] = [
  { state: 'unknown', reasons: ['unknown'] },
  {
    state: 'running',
    reasons: [
      'unknown',
      'booted',
      'migrated',
      'restored',
      'from-snapshot',
      'unpaused',
      'migration-canceled',
      'save-canceled',
      'wakeup',
      'crashed',
      'postcopy',
      'postcopy-failed',
    ],
  },
  // Blocked on a resource: only Xen tells it apart from running.
  { state: 'running', reasons: ['unknown'] },
  {
    state: 'paused',
    reasons: [
      'unknown',
      'user',
      'migration',
      'save',
      'dump',
      'io-error',
      'watchdog',
      'from-snapshot',
      'shutting-down',
      'snapshot',
      'crashed',
      'starting-up',
      'postcopy',
      'postcopy-failed',
      'api-error',
    ],
  },
  { state: 'shutting-down', reasons: ['unknown', 'user'] },
  {
    state: 'shut-off',
    reasons: ['unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot', 'daemon'],
  },
  { state: 'crashed', reasons: ['unknown', 'panicked'] },
  { state: 'suspended', reasons: ['unknown'] },
]

const stateNumbers = {
  nostate: 0,
  running: 1,
  blocked: 2,
  paused: 3,
  shutdown: 4,
  shutoff: 5,
  crashed: 6,
  pmsuspended: 7,
}
export type DomainStateName = keyof typeof stateNumbers

export interface StatePicture {
  readonly state: MachineState
  readonly stateReason: string | null
}

/** What libvirt's two numbers mean; numbers of a newer libvirt are 'unknown' and null. */
export function statePicture(stateNumber: number, reasonNumber: number): StatePicture {
  const meaning = meanings[stateNumber]
  const reason = meaning?.reasons[reasonNumber]
  return {
    state: meaning?.state ?? 'unknown',
    stateReason: reason === undefined || reason === 'unknown' ? null : reason,
  }
}

export function stateNumberOf(name: string): number {
  return name in stateNumbers ? stateNumbers[name as DomainStateName] : 0
}
