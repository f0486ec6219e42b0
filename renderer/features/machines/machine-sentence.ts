import type { Host } from '@strata/contract/hosts.ts'
import type { Machine } from '@strata/contract/machines.ts'

import { formatDuration } from '../../formats.ts'
import { t } from '../../i18n.ts'
import { stateWord } from './machine-state.ts'

/** "Running for 3 minutes on This computer" */
export function machineSentence(machine: Machine, host: Pick<Host, 'label'> | undefined, nowMs: number): string {
  const named = { state: stateWord(machine), host: host?.label ?? machine.hostId }
  if (machine.stateSinceMs === null) return t('machine-page.sentence', named)
  // Clocks of two computers may differ a little; time does not run backwards on the screen.
  const duration = formatDuration(Math.max(0, nowMs - machine.stateSinceMs))
  return t('machine-page.sentenceSince', { ...named, duration })
}
