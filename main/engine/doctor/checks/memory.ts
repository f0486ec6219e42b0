import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'

import { nullIfRefused } from '../../null-if-refused.ts'
import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { stops, warns } from '../causes.ts'
import type { Examined } from '../examined.ts'

interface HostMemory {
  readonly totalKiB: number
  readonly availableKiB: number
  /** What the kernel gives one program at the most; null: it gives whatever is asked, or it is not known. */
  readonly limitKiB: number | null
}

const stepKiB = 256 * 1024

/** The host can give the memory at all, and has it free now. */
export async function checkMemory(examined: Examined): Promise<Cause[]> {
  const { definition, machine, host, isActive } = examined
  const wantedKiB = definition.memoryKiB
  const memory = await readMemory(examined)
  if (wantedKiB === null || memory === null) return []
  const { totalKiB, availableKiB, limitKiB } = memory
  const fittingKiB = Math.floor(Math.min(availableKiB, totalKiB / 2) / stepKiB) * stepKiB
  const isPlain = definition.cpu.numaCells.length === 0 && definition.maximumMemoryKiB === null
  const less = isPlain && fittingKiB > 0 ? machineRepairs.setMemory(machine, fittingKiB, wantedKiB) : null
  if (wantedKiB > totalKiB) {
    const told = {
      sentence: say('doctor.wantsMemoryAll', {
        machine: machine.name,
        wanted: wantedKiB * 1024,
        host: host.label,
        total: totalKiB * 1024,
      }),
      repairs: [less],
    }
    return [
      limitKiB !== null && wantedKiB > limitKiB ? stops('memory-too-large', told) : warns('memory-too-large', told),
    ]
  }
  if (isActive || wantedKiB <= availableKiB) return []
  return [
    warns('memory-scarce', {
      sentence: say('doctor.wantsMemoryFreeNow', {
        machine: machine.name,
        wanted: wantedKiB * 1024,
        available: availableKiB * 1024,
      }),
      repairs: [less],
    }),
  ]
}

async function readMemory({ files, connection }: Examined): Promise<HostMemory | null> {
  if (files === null) {
    const stats = await nullIfRefused(connection.nodeGetMemoryStats())
    if (stats?.['total'] === undefined) return null
    const availableKiB = (stats['free'] ?? 0) + (stats['buffers'] ?? 0) + (stats['cached'] ?? 0)
    return { totalKiB: stats['total'], availableKiB, limitKiB: null }
  }
  const [table, policy] = await Promise.all([
    files.readText('/proc/meminfo'),
    files.readText('/proc/sys/vm/overcommit_memory'),
  ])
  return parseMemory(table, policy.trim())
}

/** @param policy of over-commitment: '0' refuses what memory and swap can never hold, '1' nothing, '2' counts strictly */
export function parseMemory(table: string, policy: string): HostMemory | null {
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(table)?.[1] ?? Number.NaN)
  const [totalKiB, availableKiB, swapKiB] = [of('MemTotal'), of('MemAvailable'), of('SwapTotal')]
  if (Number.isNaN(totalKiB) || Number.isNaN(availableKiB)) return null
  const limitKiB = policy === '1' ? null : policy === '2' ? of('CommitLimit') : totalKiB + (swapKiB || 0)
  return { totalKiB, availableKiB, limitKiB }
}
