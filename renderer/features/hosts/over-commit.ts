import type { HostFacts } from '@strata/contract/hosts.ts'
import type { Machine } from '@strata/contract/machines.ts'

import { isActive } from '../machines/machine-state.ts'

export interface Promised {
  readonly promised: number
  readonly there: number
  /** 16 on 8 is 2. */
  readonly ratio: number
}

export interface OverCommit {
  readonly runningVcpus: Promised
  readonly allVcpus: Promised
  readonly runningMemoryKiB: Promised
  readonly allMemoryKiB: Promised
}

function promise(promised: number, there: number): Promised {
  return { promised, there, ratio: there === 0 ? 0 : promised / there }
}

/** What machines may use at most against what the host has, for those that run and for all. */
export function overCommit(facts: HostFacts, machines: readonly Machine[]): OverCommit {
  const running = machines.filter(isActive)
  const vcpus = (of: readonly Machine[]) => of.reduce((sum, machine) => sum + machine.vcpuCount, 0)
  const memory = (of: readonly Machine[]) => of.reduce((sum, machine) => sum + machine.memoryKiB, 0)
  return {
    runningVcpus: promise(vcpus(running), facts.cpuCount),
    allVcpus: promise(vcpus(machines), facts.cpuCount),
    runningMemoryKiB: promise(memory(running), facts.memoryKiB),
    allMemoryKiB: promise(memory(machines), facts.memoryKiB),
  }
}
