import type { Profile } from '@strata/contract/create.ts'

import type { Choice } from './choice.ts'
import type { FormEdits } from './form-edits.ts'

const KEY = 'strata.new-machine'
/** Of the draft's shape: one that another version of the window kept is not read. */
const VERSION = 1

export interface KeptDraft {
  readonly hostId: string | null
  readonly choice: Choice | null
  readonly isChosenByHand: boolean
  readonly profile: Profile | null
  readonly edits: FormEdits
  readonly isCustomising: boolean
  readonly jobId: string | null
}

/** Without secrets: no password, and no definition of somebody else's making, which may hold some. */
function withoutSecrets(draft: KeptDraft): KeptDraft {
  const { password: _password, ...setup } = draft.edits.setup
  return {
    ...draft,
    choice: draft.choice?.kind === 'definition' ? null : draft.choice,
    edits: { ...draft.edits, setup },
  }
}

/** Keeps the draft for as long as this window's session: over a reload, not over its end. */
export function keepDraft(draft: KeptDraft): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ version: VERSION, draft: withoutSecrets(draft) }))
  } catch {
    // Storage that is full or switched off: the draft still lives in this window until it is loaded anew.
  }
}

export function keptDraft(): KeptDraft | null {
  const text = sessionStorage.getItem(KEY)
  if (text === null) return null
  try {
    const kept = JSON.parse(text) as { version?: number; draft: KeptDraft }
    return kept.version === VERSION ? kept.draft : null
  } catch {
    // Not ours, or cut off: begin anew.
    return null
  }
}
