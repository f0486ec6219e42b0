import type { CrossSectionNode, Stratum } from '@strata/contract/cross-section.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bandNeighbour, bandsOf, linkKey, litPath, tellingNode, worstOnPath } from './cross-section-path.ts'

const thing = (id: string, stratum: Stratum, rest: Partial<CrossSectionNode> = {}): CrossSectionNode => ({
  id,
  stratum,
  title: unkeyed(id),
  detail: unkeyed(''),
  share: null,
  health: 'good',
  meaning: unkeyed(''),
  url: null,
  ...rest,
})
const link = (upperId: string, lowerId: string) => ({ upperId, lowerId })

const section = {
  nodes: [
    thing('nginx', 'application'),
    thing('ssh', 'application'),
    thing('address', 'guest'),
    thing('root', 'guest'),
    thing('vnic', 'machine'),
    thing('vda', 'machine'),
    thing('network', 'hypervisor', { health: 'broken' }),
    thing('pool', 'hypervisor'),
    thing('nvme', 'hardware'),
  ],
  links: [
    link('nginx', 'address'),
    link('ssh', 'address'),
    link('address', 'vnic'),
    link('root', 'vda'),
    link('vnic', 'network'),
    link('vda', 'pool'),
    link('pool', 'nvme'),
  ],
}

describe('litPath', () => {
  it('goes up to everything that stands on a thing and down to everything that carries it', () => {
    expect([...litPath(section, 'address').nodeIds].sort()).toEqual(['address', 'network', 'nginx', 'ssh', 'vnic'])
  })

  it('does not come back up on another branch', () => {
    expect(litPath(section, 'nginx').nodeIds.has('ssh')).toBe(false)
  })

  it('lights the links it went along and no others', () => {
    expect([...litPath(section, 'vda').linkKeys].sort()).toEqual(
      [link('root', 'vda'), link('vda', 'pool'), link('pool', 'nvme')].map(linkKey).sort(),
    )
  })

  it('ends on links that run in a ring', () => {
    const ring = { nodes: [thing('a', 'guest'), thing('b', 'machine')], links: [link('a', 'b'), link('b', 'a')] }
    expect([...litPath(ring, 'a').nodeIds].sort()).toEqual(['a', 'b'])
  })
})

describe('worstOnPath', () => {
  it('names the broken thing below what is looked at', () => {
    expect(worstOnPath(section, litPath(section, 'nginx'))?.id).toBe('network')
  })

  it('is silent when nothing on the path is wrong', () => {
    expect(worstOnPath(section, litPath(section, 'root'))).toBeNull()
  })
})

describe('tellingNode', () => {
  const healthy = section.nodes.map((node) => ({ ...node, health: 'good' as const }))

  it('is what is broken, before all else', () => {
    expect(tellingNode(section)).toBe('network')
  })

  it('is what can be opened when nothing is broken', () => {
    const nodes = healthy.map((node) => (node.id === 'ssh' ? { ...node, url: 'http://10.0.0.1' } : node))
    expect(tellingNode({ ...section, nodes })).toBe('ssh')
  })

  it('is what the most hangs together with otherwise, and never what is absent', () => {
    expect(tellingNode({ ...section, nodes: healthy })).toBe('address')
    const nodes = [thing('unknown', 'application', { health: 'absent' }), thing('vnic', 'machine')]
    expect(tellingNode({ nodes, links: [] })).toBe('vnic')
  })

  it('is nothing while nothing is known', () => {
    expect(tellingNode({ nodes: [], links: [] })).toBeNull()
  })
})

describe('bandsOf', () => {
  it('puts a thing in the column of what carries it', () => {
    const columnOf = (id: string) =>
      bandsOf(section, 4)
        .flatMap((band) => band.places)
        .find((place) => place.node.id === id)?.column
    expect(columnOf('nvme')).toBe(columnOf('vda'))
    expect(columnOf('root')).toBe(columnOf('vda'))
    expect(columnOf('network')).toBe(columnOf('vnic'))
  })

  it('gives all five bands even when nothing is in one', () => {
    expect(bandsOf({ nodes: [], links: [] }, 4).map((band) => band.stratum)).toEqual([
      'application',
      'guest',
      'machine',
      'hypervisor',
      'hardware',
    ])
  })

  it('gives every thing a place of its own, however many there are and however narrow it is', () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.tuple(fc.nat(29), fc.nat(29))),
        (count, columns, ties) => {
          const layers: Stratum[] = ['application', 'machine', 'hardware']
          const nodes = Array.from({ length: count }, (_, index) => thing(`n${index}`, layers[index % 3] ?? 'machine'))
          const bands = bandsOf({ nodes, links: ties.map(([a, b]) => link(`n${a}`, `n${b}`)) }, columns)
          const places = bands.flatMap((band) => band.places.map((p) => `${band.stratum}:${p.row}:${p.column}`))
          expect(new Set(places).size).toBe(count)
        },
      ),
    )
  })
})

describe('bandNeighbour', () => {
  const bands = bandsOf(section, 4)

  it('follows a line down and up', () => {
    expect(bandNeighbour(bands, section.links, 'address', 'ArrowDown')).toBe('vnic')
    expect(bandNeighbour(bands, section.links, 'vda', 'ArrowUp')).toBe('root')
  })

  it('steps sideways within the band and stops at its ends', () => {
    expect(bandNeighbour(bands, section.links, 'vnic', 'ArrowRight')).toBe('vda')
    expect(bandNeighbour(bands, section.links, 'vda', 'ArrowRight')).toBe('vda')
  })

  it('goes to the nearest thing where no line leads', () => {
    expect(bandNeighbour(bands, section.links, 'network', 'ArrowDown')).toBe('nvme')
  })
})
