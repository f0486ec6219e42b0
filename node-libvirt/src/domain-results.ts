import { charsText } from './chars-text.ts'
import { cpuListsOf } from './cpu-map.ts'
import { nameOf } from './flags.ts'
import {
  domainControlErrorReason,
  domainControlState,
  domainMemoryStatTags,
  domainState,
  vcpuState,
} from './protocol/enums.generated.ts'
import type {
  DomainFsinfo,
  DomainGetControlInfoRet,
  DomainGetInfoRet,
  DomainGetSecurityLabelRet,
  DomainGetVcpusRet,
  DomainInterface,
  DomainInterfaceStatsRet,
  DomainMemoryStat,
} from './protocol/structs.generated.ts'
import { toNumber } from './typed-params.ts'

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
