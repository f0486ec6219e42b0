import type { PowerAction } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { virsh } from '../definitions/terminal-lines.ts'
import type { NewEntry } from '../history/stored-entry.ts'

const acts: Readonly<Record<PowerAction, { readonly title: Said; readonly command: string; readonly back: Said }>> = {
  start: { title: say('machines.started'), command: 'start', back: say('machines.shutDownOrForce') },
  'shut-down': { title: say('machines.askedShutDown'), command: 'shutdown', back: say('machines.startAgain') },
  'force-off': { title: say('machines.forcedOff'), command: 'destroy', back: say('machines.whatMemoryGoneStart') },
  reboot: { title: say('machines.askedReboot'), command: 'reboot', back: say('machines.rebootCannotTakenBack') },
  reset: { title: say('machines.reset'), command: 'reset', back: say('machines.whatMemoryGone') },
  pause: { title: say('machines.paused'), command: 'suspend', back: say('machines.resumeIt') },
  resume: { title: say('machines.resumed'), command: 'resume', back: say('machines.pauseAgain') },
  save: { title: say('machines.saved'), command: 'managedsave', back: say('machines.startGoesWhereSaved') },
  'discard-saved-state': {
    title: say('machines.savedStateDiscarded'),
    command: 'managedsave-remove',
    back: say('machines.whatMemoryGone'),
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
