import { describe, expect, it } from 'vitest'

import { HISTORY_LENGTH, HostHistory } from './host-history.ts'

const columns = (cpuShare: number[], memoryUsedKiB = cpuShare) => {
  const empty = new Float32Array(cpuShare.length)
  return {
    cpuShare: new Float32Array(cpuShare),
    memoryUsedKiB: new Float32Array(memoryUsedKiB),
    diskReadBytesPerS: empty,
    diskWriteBytesPerS: empty,
    networkInBytesPerS: empty,
    networkOutBytesPerS: empty,
  }
}

describe('the last ten minutes of a host', () => {
  it('gives each machine its own column’s value', () => {
    const history = new HostHistory()
    history.setMachines(['a', 'b'])
    history.add(columns([0.5, 0.25]))
    expect([history.latest('a', 'cpuShare'), history.latest('b', 'cpuShare')]).toEqual([0.5, 0.25])
  })

  it('follows machines to their new columns when the list changes', () => {
    const history = new HostHistory()
    history.setMachines(['a', 'b'])
    history.add(columns([1, 2]))
    history.setMachines(['b', 'c'])
    history.add(columns([3, 4]))
    expect(history.at('b', 'cpuShare', 0)).toBe(3)
    expect(history.at('b', 'cpuShare', 1)).toBe(2)
    expect(history.at('c', 'cpuShare', 1)).toBeNaN()
    expect(history.latest('a', 'cpuShare')).toBeNaN()
  })

  it('begins anew for a machine that stopped and started', () => {
    const history = new HostHistory()
    history.setMachines(['a'])
    history.add(columns([1]))
    history.setMachines([])
    history.setMachines(['a'])
    expect(history.latest('a', 'cpuShare')).toBeNaN()
  })

  it('overwrites what is older than ten minutes', () => {
    const history = new HostHistory()
    history.setMachines(['a'])
    for (let tick = 0; tick < HISTORY_LENGTH + 5; tick += 1) history.add(columns([tick]))
    expect(history.latest('a', 'cpuShare')).toBe(HISTORY_LENGTH + 4)
    expect(history.at('a', 'cpuShare', HISTORY_LENGTH - 1)).toBe(5)
  })

  it('shows a column that is too short as not known, never as zero', () => {
    const history = new HostHistory()
    history.setMachines(['a', 'b'])
    history.add(columns([1]))
    expect(history.latest('b', 'cpuShare')).toBeNaN()
  })
})
