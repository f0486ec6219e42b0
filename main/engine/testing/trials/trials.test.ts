import { contract } from '@strata/contract/index.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { trialActs, untried } from './acts.ts'
import { kindsOf, leftOut } from './disturbances.ts'
import { callsOf, changing, runTrial } from './run-trial.ts'
import { TrialCount } from './trial-count.ts'
import { TrialPlace } from './trial-place.ts'

/**
 * 'all': every call and every fault, which takes long; 'changing': every call that changes something. Else, of each act that
 * needs no guest to boot first, one changing call, each act with another fault.
 */
const depth = process.env['STRATA_TRIALS'] ?? 'sample'
const isWhole = depth !== 'sample'

/** Questions: what they ask for changes nothing. */
const asks =
  /\.(list|watch|detail|plan|defaults|check|preview|find|inspect|read|picture|search|os$|oses|get|detect|explain|diagnose|history|open|examine|show|status|machines?$|fleet|series|look|propose|validate|hash|info|state$|reaches$|cloudImages|writeUserData|keyPair$|knownKeys|notices|wayBack)/i

describe('every act of Strata', () => {
  it('has its trials, or a reason why not', () => {
    const all = Object.entries(contract).flatMap(([noun, procedures]) =>
      Object.keys(procedures).map((name) => `${noun}.${name}`),
    )
    const known = new Set([...trialActs.flatMap(({ covers }) => covers), ...Object.keys(untried)])
    expect(all.filter((name) => !known.has(name) && !asks.test(name))).toEqual([])
  })
})

describe('disturbed at a call', () => {
  let place: TrialPlace
  const count = new TrialCount()
  beforeAll(async () => void (place = await TrialPlace.make()), 60_000)
  afterAll(async () => {
    process.stdout.write(`${count.toString()}\n`)
    if (leftOut !== null) process.stdout.write(`trials: ${leftOut}\n`)
    await place.stop()
  }, 60_000)

  const acts = trialActs.filter(({ isLong = false }) => isWhole || !isLong)

  it.each(acts.map((act, at) => [act.name, act, at] as const))(
    '%s loses nothing and leaves nothing',
    { timeout: isWhole ? 3_600_000 : 60_000 },
    async (_name, act, at) => {
      const calls = await callsOf(place, act)
      const changes = calls.filter(({ procedure }) => changing.test(procedure))
      // One that changes files and nothing in libvirt is disturbed where it asks.
      const worth = changes.length > 0 ? changes : calls
      const chosen = depth === 'all' ? calls : isWhole ? worth : worth.slice(-1)
      const own = kindsOf(act)
      const kinds = isWhole ? own : own.filter((_kind, place) => place === at % own.length)
      const wrong: string[] = []
      for (const call of chosen) {
        for (const kind of kinds) {
          const faults = await runTrial(place, act, { kind, ...call })
          count.note(kind, faults)
          for (const fault of faults ?? []) wrong.push(`${kind} at ${call.procedure} ${call.occurrence}: ${fault}`)
        }
      }
      expect(wrong).toEqual([])
    },
  )
})
