import { charsText } from './chars-text.ts'
import type { NodeGetInfoRet } from './protocol/structs.generated.ts'

/** The host's hardware, as virNodeInfo has it. */
export interface NodeInfo {
  /** The CPU architecture, such as 'x86_64'. */
  readonly model: string
  readonly memoryKiB: number
  /** CPUs in use. */
  readonly cpus: number
  /** Nominal frequency; 0 when the host does not tell. */
  readonly mhz: number
  readonly numaNodes: number
  readonly socketsPerNode: number
  readonly coresPerSocket: number
  readonly threadsPerCore: number
}

export interface NodeCpuMap {
  readonly cpuCount: number
  readonly onlineCount: number
  /** The numbers of those that run. */
  readonly online: readonly number[]
}

export function nodeInfo(info: NodeGetInfoRet): NodeInfo {
  return {
    model: charsText(info.model),
    memoryKiB: Number(info.memory),
    cpus: info.cpus,
    mhz: info.mhz,
    numaNodes: info.nodes,
    socketsPerNode: info.sockets,
    coresPerSocket: info.cores,
    threadsPerCore: info.threads,
  }
}

export function nodeStats(stats: readonly { field: string; value: bigint }[]): Record<string, number> {
  return Object.fromEntries(stats.map(({ field, value }) => [field, Number(value)]))
}

/** libvirt packs a version as major × 1,000,000 + minor × 1,000 + release. */
export function formatVersion(packed: bigint): string {
  const version = Number(packed)
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1_000) % 1_000}.${version % 1_000}`
}
