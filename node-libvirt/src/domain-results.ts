import { charsText } from './chars-text.ts'
import { cpuListsOf } from './cpu-map.ts'
import { nameOf } from './flags.ts'
import {
  domainBlockJobType,
  domainControlErrorReason,
  domainControlState,
  domainJobType,
  domainMemoryStatTags,
  domainState,
  vcpuState,
  type domainDiskErrorCode,
} from './protocol/enums.generated.ts'
import type {
  DomainFsinfo,
  DomainGetBlockJobInfoRet,
  DomainGetControlInfoRet,
  DomainGetInfoRet,
  DomainGetJobInfoRet,
  DomainGetSecurityLabelRet,
  DomainGetVcpusRet,
  DomainInterface,
  DomainInterfaceStatsRet,
  DomainMemoryStat,
} from './protocol/structs.generated.ts'
import { toNumber, type Params } from './typed-params.ts'

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
  /** A bigint beyond 2^53: after 104 days of CPU time. */
  readonly cpuTimeNs: number | bigint
}

export function domainStateName(state: number): DomainStateName {
  const name = nameOf(domainState, state)
  return name === 'unknown' ? 'nostate' : name
}

export function domainInfo(info: DomainGetInfoRet): DomainInfo {
  return {
    state: domainStateName(info.state),
    maxMemoryKiB: Number(info.maxMem),
    memoryKiB: Number(info.memory),
    vcpuCount: info.nrVirtCpu,
    cpuTimeNs: toNumber(info.cpuTime),
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

export interface DomainControlInfo {
  /** 'job' and 'occupied': it waits for the hypervisor; 'error': the monitor is lost. */
  readonly state: keyof typeof domainControlState | 'unknown'
  readonly error: keyof typeof domainControlErrorReason
  /** How long it has been in that state. */
  readonly sinceMs: number
}

export function controlInfo(info: DomainGetControlInfoRet): DomainControlInfo {
  return {
    state: nameOf(domainControlState, info.state),
    error: nameOf(domainControlErrorReason, info.details),
    sinceMs: Number(info.stateTime),
  }
}

export interface SecurityLabel {
  readonly label: string
  readonly isEnforcing: boolean
}

export function securityLabel(label: DomainGetSecurityLabelRet): SecurityLabel {
  return { label: charsText(label.label), isEnforcing: label.enforcing !== 0 }
}

export interface DomainVcpu {
  readonly number: number
  readonly state: keyof typeof vcpuState | 'unknown'
  /** A bigint beyond 2^53. */
  readonly cpuTimeNs: number | bigint
  /** The host's CPU that it runs on now; null when the host does not tell. */
  readonly hostCpu: number | null
  /** The host's CPUs that it may run on. */
  readonly cpus: readonly number[]
}

export function vcpus({ info, cpumaps }: DomainGetVcpusRet): DomainVcpu[] {
  const lists = cpuListsOf(cpumaps)
  return info.map((vcpu, index) => ({
    number: vcpu.number,
    state: nameOf(vcpuState, vcpu.state),
    cpuTimeNs: toNumber(vcpu.cpu_time),
    hostCpu: vcpu.cpu < 0 ? null : vcpu.cpu,
    cpus: lists[index] ?? [],
  }))
}

export interface IoThreadInfo {
  readonly id: number
  /** The host's CPUs that it may run on. */
  readonly cpus: readonly number[]
}

export interface DomainDiskError {
  readonly disk: string
  readonly error: keyof typeof domainDiskErrorCode | 'unknown'
}

export interface DomainBlockJobInfo {
  readonly type: keyof typeof domainBlockJobType
  /** Its limit; 0 is none. A bigint beyond 2^53. */
  readonly bytesPerSecond: number | bigint
  /** Where it is; with `end` only the share that is done means something. */
  readonly current: number
  readonly end: number
}

export function blockJobInfo(info: DomainGetBlockJobInfoRet): DomainBlockJobInfo | null {
  if (info.found === 0) return null
  return {
    type: nameOf(domainBlockJobType, info.type),
    bytesPerSecond: toNumber(info.bandwidth),
    current: Number(info.cur),
    end: Number(info.end),
  }
}

/** Counted since it started, as the guest sees it. */
export interface DomainInterfaceStats {
  /** A bigint beyond 2^53. */
  readonly receivedBytes: number | bigint
  readonly receivedPackets: number
  readonly receiveErrors: number
  readonly receiveDrops: number
  /** A bigint beyond 2^53. */
  readonly sentBytes: number | bigint
  readonly sentPackets: number
  readonly sendErrors: number
  readonly sendDrops: number
}

export function interfaceStats(stats: DomainInterfaceStatsRet): DomainInterfaceStats {
  return {
    receivedBytes: toNumber(stats.rx_bytes),
    receivedPackets: Number(stats.rx_packets),
    receiveErrors: Number(stats.rx_errs),
    receiveDrops: Number(stats.rx_drop),
    sentBytes: toNumber(stats.tx_bytes),
    sentPackets: Number(stats.tx_packets),
    sendErrors: Number(stats.tx_errs),
    sendDrops: Number(stats.tx_drop),
  }
}

export interface DomainFileSystem {
  readonly mountPoint: string
  /** Its device as the guest names it. */
  readonly name: string
  /** Such as 'ext4'. */
  readonly type: string
  /** The targets of the disks that it is on, such as 'vda'. */
  readonly disks: readonly string[]
}

export function fileSystemInfo(info: DomainFsinfo): DomainFileSystem {
  return { mountPoint: info.mountpoint, name: info.name, type: info.fstype, disks: info.dev_aliases }
}

/** Amounts are bytes; a job has those that it needs, the others are 0. */
export interface DomainJobInfo {
  readonly type: DomainJobStats['type']
  readonly elapsedMs: number
  readonly remainingMs: number
  readonly data: JobAmount
  readonly memory: JobAmount
  readonly file: JobAmount
}

export interface JobAmount {
  readonly totalBytes: number
  readonly processedBytes: number
  readonly remainingBytes: number
}

export function jobInfo(info: DomainGetJobInfoRet): DomainJobInfo {
  const amount = (total: bigint, processed: bigint, remaining: bigint): JobAmount => ({
    totalBytes: Number(total),
    processedBytes: Number(processed),
    remainingBytes: Number(remaining),
  })
  return {
    type: nameOf(domainJobType, info.type),
    elapsedMs: Number(info.timeElapsed),
    remainingMs: Number(info.timeRemaining),
    data: amount(info.dataTotal, info.dataProcessed, info.dataRemaining),
    memory: amount(info.memTotal, info.memProcessed, info.memRemaining),
    file: amount(info.fileTotal, info.fileProcessed, info.fileRemaining),
  }
}
