import { powerActionsByState, type Machine } from '@strata/contract/machines.ts'
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

  it('says what goes on inside a new one', () => {
    const base = { userName: null, startedAtMs: 1 }
    const stated = (setup: Machine['setup'], installation: Machine['installation'] = null) =>
      stateWord({ ...machine, setup, installation })
    expect(stated({ ...base, by: 'installer', phase: 'installing' }, 'automatic')).toBe('Installing')
    expect(stated({ ...base, by: 'cloud-init', phase: 'setting-up', stage: 'init' })).toBe('Setting up')
    expect(stated({ ...base, by: 'cloud-init', phase: 'starting' })).toBe('Running')
    // The medium is out of a machine that runs on, and its definition says so only from its next start.
    expect(stated({ ...base, by: 'installer', phase: 'starting' }, 'automatic')).toBe('Running')
    expect(stated(null, 'automatic')).toBe('Installing')
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
