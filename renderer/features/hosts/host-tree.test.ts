import { describe, expect, it } from 'vitest'

import { generateHost, generateMachine } from '../../testing/generated-fleet.ts'
import { treeLines, type TreeLine } from './host-tree.ts'

const hosts = [generateHost('local', 'This computer'), generateHost('rack', 'rack')]
const machines = ['web-10', 'web-2', 'db'].map((name, index) => ({ ...generateMachine('local', index), name }))
const names = (lines: readonly TreeLine[]) =>
  lines.map((line) => (line.kind === 'host' ? line.host.label : line.machine.name))

describe('the tree of hosts', () => {
  it('lists each host with its machines by name, numbers by their value', () => {
    expect(names(treeLines(hosts, machines, new Set()))).toEqual(['This computer', 'db', 'web-2', 'web-10', 'rack'])
  })

  it('keeps the count of a host that is closed', () => {
    const [line, next] = treeLines(hosts, machines, new Set(['local']))
    expect(line).toMatchObject({ open: false, count: 3 })
    expect(next).toMatchObject({ kind: 'host', count: 0 })
  })
})
