import type { Snapshot } from '@strata/contract/snapshots.ts'

/** A place in the picture: a restore point, or the present that grew out of one. */
export interface TreeNode {
  readonly id: string
  /** Null: "you are here". */
  readonly snapshot: Snapshot | null
  readonly parentId: string | null
  readonly childIds: readonly string[]
  /** How many points lie before it; the picture's column. */
  readonly depth: number
  /** The picture's lane: row 0 leads to the present. */
  readonly row: number
}

export interface SnapshotTree {
  /** In reading order: a parent before its children, the line to the present first. */
  readonly nodes: readonly TreeNode[]
  readonly byId: ReadonlyMap<string, TreeNode>
  readonly columnCount: number
  readonly rowCount: number
}

/** Cannot be a restore point's name: libvirt refuses names with a slash. */
export const HERE_ID = '/here'

interface Growing {
  id: string
  snapshot: Snapshot | null
  parentId: string | null
  children: Growing[]
  leadsHere: boolean
}

/**
 * Lays the points out from left to right, one column a generation. A node stands on the row of its first child,
 * and the branch that leads to the present is the first, so that the way one came is a straight line.
 */
export function snapshotTree(snapshots: readonly Snapshot[]): SnapshotTree {
  const nodes: TreeNode[] = []
  let rowCount = 0
  let columnCount = 0

  const place = (growing: Growing, depth: number, row: number): void => {
    nodes.push({
      id: growing.id,
      snapshot: growing.snapshot,
      parentId: growing.parentId,
      childIds: growing.children.map((child) => child.id),
      depth,
      row,
    })
    rowCount = Math.max(rowCount, row + 1)
    columnCount = Math.max(columnCount, depth + 1)
    growing.children.forEach((child, index) => {
      place(child, depth + 1, index === 0 ? row : rowCount)
    })
  }
  for (const root of grow(snapshots)) place(root, 0, rowCount)
  return { nodes, byId: new Map(nodes.map((node) => [node.id, node])), rowCount, columnCount }
}

function grow(snapshots: readonly Snapshot[]): Growing[] {
  const byName = new Map(snapshots.map((snapshot) => [snapshot.name, growing(snapshot.name, snapshot)]))
  const roots: Growing[] = []
  const oldestFirst = [...byName.values()].sort((a, b) => takenAt(a) - takenAt(b))
  for (const node of oldestFirst) {
    // A parent that is gone, or a ring that no daemon should send, must not hide a point.
    const parent = parentOf(node, byName)
    if (parent === undefined) roots.push(node)
    else adopt(parent, node)
  }
  const here = growing(HERE_ID, null)
  const current = oldestFirst.find((node) => node.snapshot?.current === true)
  if (current === undefined) roots.push(here)
  else adopt(current, here)
  markWay(here, byName)
  sortWayFirst(roots)
  for (const node of byName.values()) sortWayFirst(node.children)
  return roots
}

const growing = (id: string, snapshot: Snapshot | null): Growing => ({
  id,
  snapshot,
  parentId: null,
  children: [],
  leadsHere: false,
})

const takenAt = (node: Growing): number => node.snapshot?.takenAtMs ?? Number.POSITIVE_INFINITY

function parentOf(node: Growing, byName: ReadonlyMap<string, Growing>): Growing | undefined {
  const parent = byName.get(node.snapshot?.parentName ?? '')
  for (let above = parent, steps = 0; above !== undefined; steps += 1) {
    if (above === node || steps > byName.size) return undefined
    above = above.parentId === null ? undefined : byName.get(above.parentId)
  }
  return parent
}

function adopt(parent: Growing, child: Growing): void {
  child.parentId = parent.id
  parent.children.push(child)
}

function markWay(here: Growing, byName: ReadonlyMap<string, Growing>): void {
  for (let at: Growing | undefined = here; at !== undefined;) {
    at.leadsHere = true
    at = at.parentId === null ? undefined : byName.get(at.parentId)
  }
}

function sortWayFirst(siblings: Growing[]): void {
  siblings.sort((a, b) => Number(b.leadsHere) - Number(a.leadsHere) || takenAt(a) - takenAt(b))
}

export type TreeKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'

/** Where a key leads from a node: along the lines sideways, to the nearest lane up and down. */
export function treeNeighbour(tree: SnapshotTree, fromId: string, key: TreeKey): string {
  const from = tree.byId.get(fromId)
  const first = tree.nodes[0]
  if (first === undefined) return fromId
  if (from === undefined) return first.id
  switch (key) {
    case 'ArrowLeft':
      return from.parentId ?? fromId
    case 'ArrowRight':
      return from.childIds[0] ?? fromId
    case 'ArrowUp':
      return nearestInLane(tree, from, -1)
    case 'ArrowDown':
      return nearestInLane(tree, from, 1)
    case 'Home':
      return first.id
    case 'End':
      return HERE_ID
  }
}

function nearestInLane(tree: SnapshotTree, from: TreeNode, direction: 1 | -1): string {
  const candidates = tree.nodes.filter((node) => Math.sign(node.row - from.row) === direction)
  const distance = (node: TreeNode): number => Math.abs(node.row - from.row) * 1000 + Math.abs(node.depth - from.depth)
  return (
    candidates.reduce<TreeNode | null>(
      (best, node) => (best === null || distance(node) < distance(best) ? node : best),
      null,
    )?.id ?? from.id
  )
}
