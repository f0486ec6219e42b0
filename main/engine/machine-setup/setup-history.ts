import type { MachineSetup, SetupTrouble } from '@strata/contract/machine-setup.ts'
import { say } from '@strata/contract/words/say.ts'
import { unkeyed, type Said } from '@strata/contract/words/said.ts'

import type { NewEntry } from '../history/stored-entry.ts'

type Ended = Extract<MachineSetup, { phase: 'ready' | 'failed' | 'unreadable' }>

/** What came of a set-up, for the machine's history. */
export function setupHistory(setup: Ended, atMs: number): NewEntry {
  const undoing = { kind: 'none' as const, why: say('machineSetup.doneInsideGuest') }
  const entry = { atMs, kind: 'set-up', commands: [], who: 'strata' as const, undoing }
  switch (setup.phase) {
    case 'ready':
      return {
        ...entry,
        title: say('machineSetup.setUpInsideAfter', { took: setup.tookMs }),
        notes: setup.warnings.map(lineOf),
      }
    case 'failed':
      return {
        ...entry,
        kind: 'set-up-failed',
        title: say('machineSetup.cloudInitEndedErrors', {
          troubles: setup.troubles.map(({ module, stage }) => module ?? stage ?? 'unknown'),
        }),
        notes: setup.troubles.map(lineOf),
      }
    case 'unreadable':
      return { ...entry, title: say('machineSetup.whatSetUpInsideCannot'), notes: [reasons[setup.reason]] }
  }
}

const reasons: Readonly<Record<Extract<Ended, { phase: 'unreadable' }>['reason'], Said>> = {
  'no-channel': say('machineSetup.machineNoChannelGuest'),
  refused: say('machineSetup.guestAnswersButAgent'),
  'no-report': say('machineSetup.guestAnswersButCloud'),
}

const lineOf = ({ module, message }: SetupTrouble) => unkeyed(module === null ? message : `${module}: ${message}`)
