import type { HostLoad } from '@strata/contract/monitoring.ts'
import type { Connection } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { nullIfRefused } from '../null-if-refused.ts'

interface CpuTimes {
  readonly busyNs: number
  readonly allNs: number
}

/** Measures how busy a host is: CPU from the difference to the reading before. */
export class HostLoadMeter {
  readonly #host: Host
  #last: CpuTimes | null = null

  constructor(host: Host) {
    this.#host = host
  }

  async measure(connection: Connection): Promise<HostLoad> {
    const [cpu, memory, diskAvailableBytes] = await Promise.all([
      nullIfRefused(connection.nodeGetCPUStats()),
      nullIfRefused(connection.nodeGetMemoryStats()),
      availableBytes(this.#host),
    ])
    const memoryKiB = memory?.['total'] ?? this.#host.facts?.memoryKiB ?? null
    return {
      hostId: this.#host.id,
      cpuShare: cpu === null ? null : this.#cpuShare(cpu),
      memoryUsedKiB: memory === null || memoryKiB === null ? null : memoryKiB - freeKiB(memory),
      memoryKiB,
      diskAvailableBytes,
    }
  }

  #cpuShare(stats: Record<string, number>): number | null {
    const now = cpuTimes(stats)
    const last = this.#last
    this.#last = now
    if (last === null || now.allNs <= last.allNs) return null
    return Math.min(1, Math.max(0, (now.busyNs - last.busyNs) / (now.allNs - last.allNs)))
  }
}

function cpuTimes(stats: Record<string, number>): CpuTimes {
  const busyNs = (stats['kernel'] ?? 0) + (stats['user'] ?? 0)
  return { busyNs, allNs: busyNs + (stats['idle'] ?? 0) + (stats['iowait'] ?? 0) }
}

/** Caches are given back when somebody needs them. */
function freeKiB(memory: Record<string, number>): number {
  return (memory['free'] ?? 0) + (memory['buffers'] ?? 0) + (memory['cached'] ?? 0)
}

/** Room of the pool that has most: pools on one file system share theirs, so a sum would promise too much. */
async function availableBytes(host: Host): Promise<number | null> {
  const running = host.inventory.pools().filter(({ state }) => state === 'running')
  const rooms = await Promise.all(running.map((pool) => poolRoom(host, pool.path, pool.availableBytes)))
  return rooms.length === 0 ? null : Math.max(...rooms)
}

/** The pool's own figure is as old as its last refresh; the file system knows better, where it can be asked. */
async function poolRoom(host: Host, path: string | null, knownBytes: number): Promise<number> {
  if (host.files === null || path === null) return knownBytes
  try {
    return (await host.files.room(path)).availableBytes
  } catch {
    return knownBytes // a pool that is no folder, or one that we may not look at
  }
}
