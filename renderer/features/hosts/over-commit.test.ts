import { describe, expect, it } from 'vitest'

import { generateHost, generateMachine } from '../../testing/generated-fleet.ts'
import { overCommit } from './over-commit.ts'

const { facts } = generateHost('local', 'This computer')
const machine = (state: 'running' | 'paused' | 'shut-off', vcpuCount: number) => ({
  ...generateMachine('local', vcpuCount),
  state,
  vcpuCount,
  memoryKiB: 1024,
})

describe('over-commit', () => {
  it('counts running machines apart from all; a paused one holds its memory', () => {
    if (facts === null) throw new Error('The generated host has facts.')
    const sums = overCommit({ ...facts, cpuCount: 8, memoryKiB: 2048 }, [
      machine('running', 4),
      machine('paused', 12),
      machine('shut-off', 8),
    ])
    expect(sums.runningVcpus).toEqual({ promised: 16, there: 8, ratio: 2 })
    expect(sums.allVcpus.ratio).toBe(3)
    expect(sums.runningMemoryKiB.ratio).toBe(1)
  })
})
