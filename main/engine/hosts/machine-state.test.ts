import { readFileSync } from 'node:fs'

import { machineStates } from '@strata/contract/machines.ts'
import { describe, expect, it } from 'vitest'

import { stateNumberOf, statePicture } from './machine-state.ts'

type Enumerations = { readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>> }
const { enums } = JSON.parse(readFileSync('node-libvirt/protocol/enums.json', 'utf8')) as Enumerations

const reasonEnums = ['Nostate', 'Running', 'Blocked', 'Paused', 'Shutdown', 'Shutoff', 'Crashed', 'PMSuspended']

describe('a machine’s state', () => {
  // Against libvirt's own numbers: a reason that is off by one would tell the user a wrong cause.
  it.each(reasonEnums.map((name, state) => ({ name, state })))('has libvirt’s reasons for $name', ({ name, state }) => {
    const reasons = Object.entries(enums[`virDomain${name}Reason`] ?? {})
    expect(reasons.length).toBeGreaterThan(0)
    for (const [constant, number] of reasons) {
      const word = constant
        .replace(/^VIR_DOMAIN_[A-Z]+?_/, '')
        .toLowerCase()
        .replaceAll('_', '-')
        .replace('ioerror', 'io-error')
      expect(statePicture(state, number).stateReason).toBe(word === 'unknown' ? null : word)
    }
  })

  it('is one of the contract’s for every state of libvirt', () => {
    for (const [constant, number] of Object.entries(enums['virDomainState'] ?? {})) {
      expect(machineStates).toContain(statePicture(number, 0).state)
      const name = constant.replace('VIR_DOMAIN_', '').toLowerCase()
      expect(stateNumberOf(name)).toBe(number)
    }
  })

  it('is unknown, without a reason, for numbers of a newer libvirt', () => {
    expect(statePicture(99, 1)).toEqual({ state: 'unknown', stateReason: null })
    expect(statePicture(1, 99)).toEqual({ state: 'running', stateReason: null })
  })
})
