import type { MachineSetup } from '@strata/contract/machine-setup.ts'
import { describe, expect, it } from 'vitest'

import type { GuestAnswer } from './ask-guest.ts'
import { judgeSetup, tookMs } from './judge-setup.ts'

const startedAtMs = 1_000_000
const nowMs = startedAtMs + 60_000
const by = (who: 'cloud-init' | 'installer') =>
  ({ by: who, userName: 'ada', startedAtMs, phase: 'starting' }) as const satisfies MachineSetup
const waiting = by('cloud-init')

const stages = ['init-local', 'init', 'modules-config', 'modules-final']
const told = (final: object, more: object = {}): GuestAnswer => ({
  kind: 'files',
  status: JSON.stringify({
    v1: {
      ...Object.fromEntries(stages.map((name) => [name, { errors: [], start: 500, finished: 505 }])),
      ...{ datasource: 'DataSourceNoCloud', stage: null, 'modules-final': { errors: [], start: 510, ...final } },
      ...more,
    },
  }),
  result: null,
  clock: { nowMs: 539_000, uptimeMs: 55_000 },
})
const silentOf = (uptimeMs: number): GuestAnswer => ({
  ...{ kind: 'files', status: null, result: null },
  clock: { nowMs: 539_000, uptimeMs },
})

describe('what a guest’s answer means', () => {
  it('is nothing new where nobody answers', () => {
    expect(judgeSetup(waiting, { kind: 'silent' }, nowMs)).toBe(waiting)
  })

  it('is the stage that runs', () => {
    const answer = told({ finished: null }, { stage: 'modules-final' })
    expect(judgeSetup(waiting, answer, nowMs)).toMatchObject({
      phase: 'setting-up',
      stage: 'modules-final',
      startedAtMs,
    })
  })

  it('is ready, with the time that it took by differences of the guest’s clock', () => {
    // 20 s ago by a clock that shows another time altogether.
    expect(judgeSetup(waiting, told({ finished: 519 }), nowMs)).toMatchObject({ phase: 'ready', tookMs: 40_000 })
  })

  it('is failed with what did not work', () => {
    const answer = told({ finished: 519, errors: [`('locale', ValueError("no such locale"))`] })
    expect(judgeSetup(waiting, answer, nowMs)).toMatchObject({
      phase: 'failed',
      tookMs: 40_000,
      troubles: [{ stage: 'modules-final', module: 'locale', message: 'no such locale' }],
    })
  })

  it('is failed where cloud-init found no seed, which leaves no error', () => {
    const answer = told({ finished: 519 }, { datasource: 'DataSourceNone' })
    expect(judgeSetup(waiting, answer, nowMs)).toMatchObject({ phase: 'failed', troubles: [{ module: null }] })
    // What an installer leaves behind has none to find.
    expect(judgeSetup(by('installer'), answer, nowMs)).toMatchObject({ phase: 'ready' })
  })

  it('is that it cannot be read, where the agent forbids it, or cloud-init has written nothing for long', () => {
    expect(judgeSetup(waiting, { kind: 'refused' }, nowMs)).toMatchObject({ phase: 'unreadable', reason: 'refused' })
    expect(judgeSetup(waiting, silentOf(50_000), nowMs)).toMatchObject({ phase: 'setting-up', stage: null })
    expect(judgeSetup(waiting, silentOf(61_000), nowMs)).toMatchObject({ phase: 'unreadable', reason: 'no-report' })
    const garbage = { ...told({}), status: 'not JSON', clock: null } as GuestAnswer
    expect(judgeSetup(waiting, garbage, nowMs)).toMatchObject({ phase: 'unreadable', reason: 'no-report' })
  })

  it('is ready, where an installer left a system that answers and has no cloud-init', () => {
    for (const answer of [silentOf(50_000), { kind: 'refused' } as const])
      expect(judgeSetup(by('installer'), answer, nowMs)).toMatchObject({ phase: 'ready', tookMs: 60_000 })
  })

  it('begins earlier than Strata saw, where the guest runs longer', () => {
    const late = { ...waiting, startedAtMs: nowMs - 3_000 }
    expect(judgeSetup(late, told({ finished: 519 }), nowMs)).toMatchObject({
      startedAtMs: nowMs - 55_000,
      tookMs: 35_000,
    })
  })
})

describe('how long it took', () => {
  it.each([
    ['no clock', null, 519_000],
    ['an end that is not told', { nowMs: 539_000, uptimeMs: 55_000 }, null],
    ['an end in the future, as the clock was set back', { nowMs: 500_000, uptimeMs: 55_000 }, 519_000],
    ['an end before the boot, as the clock was set forward', { nowMs: 900_000, uptimeMs: 55_000 }, 519_000],
  ])('is until it was seen, with %s', (_what, clock, finishedAtMs) => {
    expect(tookMs(startedAtMs, clock, finishedAtMs, nowMs)).toBe(60_000)
  })
})
