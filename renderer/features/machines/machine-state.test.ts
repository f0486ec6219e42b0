import { powerActionsByState } from '@strata/contract/machines.ts'
import { describe, expect, it } from 'vitest'

import { generateMachine } from '../../testing/generated-fleet.ts'
import { possiblePowerActions } from './machine-power.ts'
import { stateShape, stateWord } from './machine-state.ts'

const machine = { ...generateMachine('local', 1), state: 'running' as const, stateReason: null }

describe('a machine’s state', () => {
  it('is a shape and a word', () => {
    expect([stateShape(machine), stateWord(machine)]).toEqual(['disc', 'Running'])
  })

  it('is a failure when a full or broken disk paused it', () => {
    const stopped = { ...machine, state: 'paused' as const, stateReason: 'io-error' }
    expect([stateShape(stopped), stateWord(stopped)]).toEqual(['diamond', 'Stopped: disk error'])
  })

  it('tells a saved machine from one that is off', () => {
    expect(stateWord({ ...machine, state: 'shut-off', hasSavedState: true })).toBe('Off, state saved')
  })
})

describe('power acts', () => {
  it('offer only what fits the state', () => {
    expect(possiblePowerActions(machine)).toEqual(powerActionsByState.running)
    expect(possiblePowerActions({ ...machine, state: 'shut-off' })).toEqual(['start'])
  })

  it('offer to discard a saved state only where there is one, and to save only what is defined', () => {
    expect(possiblePowerActions({ ...machine, state: 'shut-off', hasSavedState: true })).toContain(
      'discard-saved-state',
    )
    expect(possiblePowerActions({ ...machine, persistent: false })).not.toContain('save')
  })
})
