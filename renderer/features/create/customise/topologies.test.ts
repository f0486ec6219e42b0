import { describe, expect, it } from 'vitest'

import { topologiesOf } from './topologies.ts'

describe('topologiesOf', () => {
  it('lays out every processor, no more and no fewer', () => {
    for (const count of [1, 2, 3, 6, 12, 16, 511, 512]) {
      const products = topologiesOf(count).map(({ sockets, cores, threads }) => sockets * cores * threads)
      expect(new Set(products)).toEqual(new Set([count]))
    }
  })

  it('begins with one socket of plain cores, as most machines are', () => {
    expect(topologiesOf(4)).toEqual([
      { sockets: 1, cores: 4, threads: 1 },
      { sockets: 2, cores: 2, threads: 1 },
      { sockets: 4, cores: 1, threads: 1 },
      { sockets: 1, cores: 2, threads: 2 },
      { sockets: 2, cores: 1, threads: 2 },
      { sockets: 1, cores: 1, threads: 4 },
    ])
  })
})
