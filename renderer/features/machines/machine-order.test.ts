import { describe, expect, it } from 'vitest'

import { generateMachine } from '../../testing/generated-fleet.ts'
import { nextSort, sortMachines, type SortColumn } from './machine-order.ts'

const load: Record<string, number> = { a: 0.5, b: Number.NaN, c: 0.1, d: 0.9 }
const machines = [
  { ...generateMachine('local', 1), name: 'a', addresses: ['10.0.0.10'], state: 'running' as const },
  { ...generateMachine('local', 2), name: 'b', addresses: [], state: 'shut-off' as const },
  { ...generateMachine('local', 3), name: 'c', addresses: ['10.0.0.9'], state: 'running' as const },
  { ...generateMachine('local', 4), name: 'd', addresses: ['10.0.0.100'], state: 'paused' as const },
]
const sorted = (column: SortColumn, direction: 'ascending' | 'descending') =>
  sortMachines(
    machines,
    { column, direction },
    {
      cpuShare: (machine) => load[machine.name] ?? 0,
      memoryUsedKiB: () => 0,
      hostLabel: () => 'one',
    },
  )
    .map((machine) => machine.name)
    .join('')

describe('the order of the table', () => {
  it.each([
    ['cpu', 'descending', 'dacb'],
    ['cpu', 'ascending', 'cadb'],
    ['address', 'ascending', 'cadb'],
    ['address', 'descending', 'dacb'],
    ['name', 'descending', 'dcba'],
    ['state', 'ascending', 'acdb'],
  ] as const)('by %s %s is %s: what has no value comes last in both directions', (column, direction, expected) => {
    expect(sorted(column, direction)).toBe(expected)
  })

  it('goes by name where all are equal', () => {
    expect(sorted('host', 'descending')).toBe('abcd')
  })

  it('begins with the busiest for figures, and turns around at the second press', () => {
    const first = nextSort({ column: 'name', direction: 'ascending' }, 'cpu')
    expect(first).toEqual({ column: 'cpu', direction: 'descending' })
    expect(nextSort(first, 'cpu').direction).toBe('ascending')
  })
})
