import type { Host } from '@strata/contract/hosts.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { describe, expect, it } from 'vitest'
import { aMachine } from '../../testing/a-machine.ts'
import { consoleSituation, hasScreen } from './console-situation.ts'

const connected: Pick<Host, 'status'> = { status: { state: 'connected', sinceMs: 0 } }
const away: Pick<Host, 'status'> = {
  status: {
    state: 'unreachable',
    problem: { code: 'host-unreachable', said: unkeyed(''), detail: null, field: null, repairs: [] },
    lastSeenMs: null,
    retryAtMs: null,
  },
}

describe('consoleSituation', () => {
  it('shows the screen of a machine that runs or shuts down', () => {
    expect(hasScreen(consoleSituation(aMachine({ state: 'running' }), connected))).toBe(true)
    expect(hasScreen(consoleSituation(aMachine({ state: 'shutting-down' }), connected))).toBe(true)
  })

  it('keeps the picture of a paused machine and says that it is paused', () => {
    expect(consoleSituation(aMachine({ state: 'paused' }), connected)).toBe('paused')
    expect(hasScreen('paused')).toBe(true)
  })

  it('tells a pause by a disk error from one that the user asked for', () => {
    expect(consoleSituation(aMachine({ state: 'paused', stateReason: 'io-error' }), connected)).toBe('stopped-by-disk')
  })

  it('tells a saved machine from one that is off', () => {
    expect(consoleSituation(aMachine({ hasSavedState: true }), connected)).toBe('saved')
    expect(consoleSituation(aMachine(), connected)).toBe('off')
  })

  it('explains a display that it cannot show before anything else about the machine', () => {
    expect(consoleSituation(aMachine({ graphics: 'spice' }), connected)).toBe('other-display')
    expect(consoleSituation(aMachine({ graphics: 'none', state: 'running' }), connected)).toBe('no-display')
  })

  it('says that the host is away rather than what was known last', () => {
    expect(consoleSituation(aMachine({ state: 'running' }), away)).toBe('host-away')
  })
})
