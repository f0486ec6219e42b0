import { nameOf } from './flags.ts'
import { domainMemoryStatTags, domainState, type domainJobType } from './protocol/enums.generated.ts'
import type { DomainGetInfoRet, DomainInterface, DomainMemoryStat } from './protocol/structs.generated.ts'
import type { Params } from './typed-params.ts'

export type DomainStateName = keyof typeof domainState

export interface DomainState {
  readonly state: DomainStateName
  /** The number of libvirt's virDomain…Reason for the state. */
  readonly reason: number
}

export interface DomainInfo {
  readonly state: DomainStateName
  readonly maxMemoryKiB: number
  readonly memoryKiB: number
  readonly vcpuCount: number
  readonly cpuTimeNs: number | bigint
}

export function domainStateName(state: number): DomainStateName {
  const name = nameOf(domainState, state)
  return name === 'unknown' ? 'nostate' : name
}

export function domainInfo(info: DomainGetInfoRet): DomainInfo {
  const cpuTimeNs = Number(info.cpuTime)
  return {
    state: domainStateName(info.state),
    maxMemoryKiB: Number(info.maxMem),
    memoryKiB: Number(info.memory),
    vcpuCount: info.nrVirtCpu,
    cpuTimeNs: Number.isSafeInteger(cpuTimeNs) ? cpuTimeNs : info.cpuTime,
  }
}

export interface DomainInterfaceAddress {
  readonly type: 'ipv4' | 'ipv6'
  readonly address: string
  readonly prefixLength: number
}

/** A network card as its guest or the network sees it. */
export interface DomainInterfaceAddresses {
  readonly name: string
  readonly mac: string | null
  readonly addresses: readonly DomainInterfaceAddress[]
}

export function interfaceAddresses(face: DomainInterface): DomainInterfaceAddresses {
  const addresses = face.addrs.map((address): DomainInterfaceAddress => {
    return { type: address.type === 0 ? 'ipv4' : 'ipv6', address: address.addr, prefixLength: address.prefix }
  })
  return { name: face.name, mac: face.hwaddr, addresses }
}

/** KiB, but faults (counts), 'last-update' (s since 1970); what a guest does not tell is missing. */
export type DomainMemoryStats = Partial<Record<keyof typeof domainMemoryStatTags, number>>

export function memoryStats(stats: readonly DomainMemoryStat[]): DomainMemoryStats {
  const named: DomainMemoryStats = {}
  for (const { tag, val } of stats) {
    const name = nameOf(domainMemoryStatTags, tag)
    if (name !== 'unknown') named[name] = Number(val)
  }
  return named
}

export interface DomainJobStats {
  /** 'none': no job runs. */
  readonly type: keyof typeof domainJobType | 'unknown'
  /** By libvirt's names, such as 'memory_remaining' (bytes) and 'time_elapsed' (ms). */
  readonly stats: Params
}

export interface DomainBlockInfo {
  /** What the guest sees. */
  readonly capacityBytes: number
  /** The highest byte in use, where the hypervisor knows it. */
  readonly allocationBytes: number
  /** What it takes on the host. */
  readonly physicalBytes: number
}

export interface DomainBlockStats {
  readonly readRequests: number
  readonly readBytes: number
  readonly writeRequests: number
  readonly writeBytes: number
  /** -1: the hypervisor does not count them. */
  readonly errors: number
}
