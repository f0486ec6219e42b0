import type { Snapshot } from '@strata/contract/snapshots.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HERE_ID, snapshotTree, treeNeighbour } from './snapshot-tree.ts'

const point = (name: string, parentName: string | null, rest: Partial<Snapshot> = {}): Snapshot => ({
  name,
  parentName,
  description: '',
  takenAtMs: 1_000,
  holds: 'disks',
  machineState: 'shut-off',
  kind: 'internal',
  current: false,
  sizeBytes: null,
  hasPicture: false,
  automatic: false,
  revertBlocked: null,
  removeBlocked: null,
  copyBlocked: null,
  ...rest,
})

const fork = [
  point('fresh', null, { takenAtMs: 1 }),
  point('before', 'fresh', { takenAtMs: 2 }),
  point('apache', 'before', { takenAtMs: 3 }),
  point('nginx', 'before', { takenAtMs: 4, current: true }),
]

describe('snapshotTree', () => {
  it('draws the line to the present straight and other branches below it', () => {
    const tree = snapshotTree(fork)
    const at = (id: string) => [tree.byId.get(id)?.depth, tree.byId.get(id)?.row]
    expect(at('fresh')).toEqual([0, 0])
    expect(at('before')).toEqual([1, 0])
    expect(at('nginx')).toEqual([2, 0])
    expect(at(HERE_ID)).toEqual([3, 0])
    expect(at('apache')).toEqual([2, 1])
    expect([tree.columnCount, tree.rowCount]).toEqual([4, 2])
  })

  it('hangs the present on the current point', () => {
    expect(snapshotTree(fork).byId.get(HERE_ID)?.parentId).toBe('nginx')
  })

  it('shows the present alone when no point is current', () => {
    const tree = snapshotTree([point('old', null)])
    expect(tree.byId.get(HERE_ID)?.parentId).toBeNull()
    expect(tree.nodes).toHaveLength(2)
  })

  it('keeps a point whose parent is gone as a root', () => {
    expect(snapshotTree([point('child', 'lost')]).byId.get('child')?.parentId).toBeNull()
  })

  it('shows every point exactly once and never two on one place, whatever the parents are', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const anyParents = fc.array(fc.option(fc.constantFrom(...names), { nil: null }), { minLength: 7, maxLength: 7 })
    fc.assert(
      fc.property(anyParents, fc.constantFrom(...names), (parents, current) => {
        const tree = snapshotTree(
          names.map((name, index) => point(name, parents[index] ?? null, { current: name === current })),
        )
        expect(tree.nodes.map((node) => node.id).sort()).toEqual([HERE_ID, ...names].sort())
        expect(new Set(tree.nodes.map((node) => `${node.depth}:${node.row}`)).size).toBe(tree.nodes.length)
      }),
    )
  })
})

describe('treeNeighbour', () => {
  const tree = snapshotTree(fork)

  it('follows the lines sideways', () => {
    expect(treeNeighbour(tree, 'before', 'ArrowRight')).toBe('nginx')
    expect(treeNeighbour(tree, 'nginx', 'ArrowLeft')).toBe('before')
  })

  it('changes the lane up and down to the nearest node', () => {
    expect(treeNeighbour(tree, 'nginx', 'ArrowDown')).toBe('apache')
    expect(treeNeighbour(tree, 'apache', 'ArrowUp')).toBe('nginx')
  })

  it('stays where there is nothing further', () => {
    expect(treeNeighbour(tree, 'fresh', 'ArrowLeft')).toBe('fresh')
    expect(treeNeighbour(tree, 'apache', 'ArrowDown')).toBe('apache')
  })

  it('jumps to the first point and to the present', () => {
    expect(treeNeighbour(tree, 'apache', 'Home')).toBe('fresh')
    expect(treeNeighbour(tree, 'apache', 'End')).toBe(HERE_ID)
  })
})
