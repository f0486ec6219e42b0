import { describe, expect, it } from 'vitest'

import { generateFleet, generateMachine } from '../../testing/generated-fleet.ts'
import { bestMatches, matchScore, searchWords } from './machine-search.ts'

const named = (name: string, more = {}) => ({
  ...generateMachine('local', 1),
  uuid: crypto.randomUUID(),
  name,
  ...more,
})
const best = (machines: ReturnType<typeof named>[], text: string) =>
  bestMatches(machines, searchWords(text), 10, () => 'This computer').map((machine) => machine.name)

describe('search', () => {
  it('puts the exact name first, then names that begin with it, then those that contain it', () => {
    const machines = ['old-web', 'web', 'cobweb', 'web-1'].map((name) => named(name))
    expect(best(machines, 'web')).toEqual(['web', 'web-1', 'old-web', 'cobweb'])
  })

  it('wants every word somewhere: name, address, system, disk, network, host', () => {
    const machine = named('db', {
      osName: 'Debian 12',
      addresses: ['10.0.0.7'],
      diskPaths: ['/srv/big.qcow2'],
      networkNames: ['lab'],
    })
    expect(best([machine], 'deb 10.0 big lab this')).toEqual(['db'])
    expect(best([machine], 'deb fedora')).toEqual([])
  })

  it('does not care about case and accents', () => {
    expect(best([named('Büro-Server')], 'buro')).toEqual(['Büro-Server'])
  })

  it('finds names in any script', () => {
    expect(best([named('שרת גיבוי 7')], 'גיבוי')).toEqual(['שרת גיבוי 7'])
  })

  it('shows everything when nothing is asked', () => {
    expect(matchScore(named('any'), searchWords('  '))).toBe(1)
  })

  it('sees a machine’s new name after a patch', () => {
    const machine = named('before')
    expect(best([machine], 'before')).toEqual(['before'])
    expect(best([{ ...machine, name: 'after' }], 'before')).toEqual([])
  })

  it('finds one among a thousand', () => {
    const { machines } = generateFleet(1000)
    expect(bestMatches(machines, searchWords('192.168.124.31'), 7, () => '')).not.toEqual([])
  })
})
