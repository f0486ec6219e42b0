import type { MachineSetup, SetupTrouble } from '@strata/contract/machine-setup.ts'

import type { NewEntry } from '../history/stored-entry.ts'

type Ended = Extract<MachineSetup, { phase: 'ready' | 'failed' | 'unreadable' }>

/** What came of a set-up, for the machine's history. */
export function setupHistory(setup: Ended, atMs: number): NewEntry {
  const undoing = { kind: 'none' as const, why: 'It was done inside the guest.' }
  const entry = { atMs, kind: 'set-up', commands: [], who: 'strata' as const, undoing }
  switch (setup.phase) {
    case 'ready':
      return { ...entry, title: `Set up inside after ${durationText(setup.tookMs)}`, notes: setup.warnings.map(lineOf) }
    case 'failed':
      return {
        ...entry,
        kind: 'set-up-failed',
        title: `cloud-init ended with errors: ${setup.troubles.map(({ module, stage }) => module ?? stage ?? 'unknown').join(', ')}`,
        notes: setup.troubles.map(lineOf),
      }
    case 'unreadable':
      return { ...entry, title: 'What was set up inside cannot be read', notes: [reasons[setup.reason]] }
  }
}

const reasons: Readonly<Record<Extract<Ended, { phase: 'unreadable' }>['reason'], string>> = {
  'no-channel': 'The machine has no channel to a guest agent.',
  refused: 'The guest answers, but its agent lets no files be read.',
  'no-report': 'The guest answers, but cloud-init left no report in it.',
}

const lineOf = ({ module, message }: SetupTrouble) => (module === null ? message : `${module}: ${message}`)

/** '41 s', '3 min 5 s' */
export function durationText(durationMs: number): string {
  const seconds = Math.round(durationMs / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
