import type { Host } from '@strata/contract/hosts.ts'
import type { Machine } from '@strata/contract/machines.ts'

/** What the console can show of a machine in its state. */
export type ConsoleSituation =
  | 'host-away'
  | 'no-display'
  | 'other-display'
  | 'off'
  | 'saved'
  | 'crashed'
  | 'asleep'
  | 'paused'
  | 'stopped-by-disk'
  | 'live'

type Seen = Pick<Machine, 'state' | 'stateReason' | 'graphics' | 'hasSavedState'>

export function consoleSituation(machine: Seen, host: Pick<Host, 'status'> | undefined): ConsoleSituation {
  if (host?.status.state === 'unreachable') return 'host-away'
  if (machine.graphics === 'none') return 'no-display'
  if (machine.graphics === 'spice') return 'other-display'
  switch (machine.state) {
    case 'shut-off':
      return machine.hasSavedState ? 'saved' : 'off'
    case 'crashed':
      return 'crashed'
    case 'suspended':
      return 'asleep'
    case 'paused':
      return machine.stateReason === 'io-error' ? 'stopped-by-disk' : 'paused'
    case 'running':
    case 'shutting-down':
    case 'unknown':
      return 'live'
  }
}

/** A paused machine still shows its last picture; one that is off or asleep has none. */
export const hasScreen = (situation: ConsoleSituation): boolean =>
  situation === 'live' || situation === 'paused' || situation === 'stopped-by-disk'
