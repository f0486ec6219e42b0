import type { PowerAction } from '@strata/contract/machines.ts'

import { virsh } from '../definitions/terminal-lines.ts'
import type { NewEntry } from '../history/stored-entry.ts'

const acts: Readonly<Record<PowerAction, { readonly title: string; readonly command: string; readonly back: string }>> =
  {
    start: { title: 'Started', command: 'start', back: 'Shut it down, or force it off.' },
    'shut-down': { title: 'Asked to shut down', command: 'shutdown', back: 'Start it again.' },
    'force-off': { title: 'Forced off', command: 'destroy', back: 'What was in its memory is gone. Start it again.' },
    reboot: { title: 'Asked to reboot', command: 'reboot', back: 'A reboot cannot be taken back.' },
    reset: { title: 'Reset', command: 'reset', back: 'What was in its memory is gone.' },
    pause: { title: 'Paused', command: 'suspend', back: 'Resume it.' },
    resume: { title: 'Resumed', command: 'resume', back: 'Pause it again.' },
    save: { title: 'Saved', command: 'managedsave', back: 'Start it: it goes on where it was saved.' },
    'discard-saved-state': {
      title: 'Saved state discarded',
      command: 'managedsave-remove',
      back: 'What was in its memory is gone.',
    },
  }

/** A power act for the machine's history. Its way back is another act, which the machine's page offers. */
export function powerHistory(uri: string, name: string, action: PowerAction): NewEntry {
  const { title, command, back } = acts[action]
  return {
    atMs: Date.now(),
    kind: 'power',
    who: 'user',
    title,
    notes: [],
    commands: [virsh(uri, command, name)],
    undoing: { kind: 'none', why: back },
  }
}
