import type { CpuTopology } from '@strata/contract/create.ts'

const MOST_SOCKETS = 64
const THREADS = [1, 2, 4, 8] as const

/** Every way to lay out this many processors, one socket first. */
export function topologiesOf(vcpuCount: number): CpuTopology[] {
  return THREADS.filter((threads) => vcpuCount % threads === 0).flatMap((threads) => {
    const coreCount = vcpuCount / threads
    return Array.from({ length: Math.min(coreCount, MOST_SOCKETS) }, (_, index) => index + 1)
      .filter((sockets) => coreCount % sockets === 0)
      .map((sockets) => ({ sockets, cores: coreCount / sockets, threads }))
  })
}
