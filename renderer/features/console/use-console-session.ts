import type { StrataProblem } from '@strata/contract/errors.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue'

import { engineState } from '../../engine-link.ts'
import { t } from '../../i18n.ts'
import { ownProblem, toProblem } from '../../problem.ts'
import { ConsoleSession, type SessionState } from './console-session.ts'
import { ConsoleRefusedError, type ConsoleScreen, openScreen } from './screen-link.ts'

function problemOf(error: unknown): StrataProblem {
  if (!(error instanceof ConsoleRefusedError)) return toProblem(error)
  return ownProblem(error.code, t('console.refused'), null)
}

function schedule(delayMs: number, work: () => void): () => void {
  const timer = setTimeout(work, delayMs)
  return () => {
    clearTimeout(timer)
  }
}

/** Shows the guest's screen inside `target` for as long as it is wanted, and closes it with the component. */
export function useConsoleSession(ref: MachineRef, target: Readonly<Ref<HTMLElement | null>>, isWanted: () => boolean) {
  const state = shallowRef<SessionState>({ kind: 'idle' })
  const screen = shallowRef<ConsoleScreen | null>(null)

  const session = new ConsoleSession({
    open: async (events, signal) => {
      if (target.value === null) throw new Error('The console’s place in the page is gone.')
      const opened = await openScreen(ref, target.value, events, signal)
      screen.value = opened
      return opened
    },
    toProblem: problemOf,
    onChange: (entered) => {
      state.value = entered
      if (entered.kind !== 'connected' && entered.kind !== 'connecting') screen.value = null
    },
    schedule,
    nowMs: () => performance.now(),
  })

  watch(
    [target, isWanted],
    ([place, wanted]) => {
      session.want(place !== null && wanted)
    },
    { immediate: true, flush: 'post' },
  )
  // When the engine is back there is no reason to sit out the delay.
  watch(engineState, (engine) => {
    if (engine === 'open' && state.value.kind === 'waiting') session.retry()
  })
  onScopeDispose(() => {
    session.want(false)
  })

  return {
    state,
    screen,
    retry: () => {
      session.retry()
    },
  }
}
