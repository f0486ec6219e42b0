import { describe, expect, it } from 'vitest'
import { machineSentence } from './machine-sentence.ts'
import { aMachine } from '../../testing/a-machine.ts'

const host = { label: 'This computer' }

describe('machineSentence', () => {
  it('says since when it is in its state', () => {
    const machine = aMachine({ state: 'running', stateSinceMs: 1_000 })
    expect(machineSentence(machine, host, 1_000 + 3 * 60_000)).toBe('Running for 3 minutes on This computer')
  })

  it('claims no time that Strata did not see', () => {
    expect(machineSentence(aMachine({ state: 'shut-off', stateSinceMs: null }), host, 5)).toBe('Off on This computer')
  })

  it('does not count backwards when the clocks differ', () => {
    const machine = aMachine({ state: 'paused', stateSinceMs: 9_000 })
    expect(machineSentence(machine, host, 1_000)).toBe('Paused for 0 seconds on This computer')
  })
})
