import { CPU_MAP_BYTES, cpuListText, cpuListsOf, cpuMapOf, cpusOf, type CpuList } from './cpu-map.ts'
import { DomainDevices } from './domain-devices.ts'
import { vcpus, type DomainVcpu, type IoThreadInfo } from './domain-results.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import {
  ioThreadParamTypes,
  perfEventParamTypes,
  schedulerParamTypes,
  type IoThreadParams,
  type PerfEventParams,
  type SchedulerParams,
} from './param-types.ts'
import { fromParams, knownParams, TEXT_TOO } from './sent-params.ts'
import { toParams, type Params } from './typed-params.ts'

type Affects = Flags<typeof enums.domainModificationImpact>
type VcpuFlags = Flags<typeof enums.domainVcpuFlags>

/** Virtual CPUs, the host’s CPUs that they run on, and how they share them. */
export abstract class DomainCpu extends DomainDevices {
  /** @param affects with 'maximum' the largest number changes, which only works on the stored definition @see virDomainSetVcpusFlags (199) */
  async setVcpusFlags(
    vcpuCount: number,
    affects: Flags<typeof enums.domainVcpuFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, nvcpus: vcpuCount, flags: flagBits(enums.domainVcpuFlags, affects) }
    await this.connection.call('domainSetVcpusFlags', args, options)
  }

  /** How many it has; with 'maximum' how many it can have. @see virDomainGetVcpusFlags (200) */
  async getVcpusFlags(flags?: VcpuFlags, options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, flags: flagBits(enums.domainVcpuFlags, flags) }
    return (await this.connection.call('domainGetVcpusFlags', args, options)).num
  }

  /** @throws LibvirtError 'operation-invalid' while it is off @see virDomainGetVcpus (20) */
  async getVcpus(options?: CallOptions): Promise<DomainVcpu[]> {
    const maxinfo = await this.getVcpusFlags(['maximum'], options)
    const args = { dom: this.ref, maxinfo, maplen: CPU_MAP_BYTES }
    return vcpus(await this.connection.call('domainGetVcpus', args, options))
  }

  /** Plugs virtual CPUs in or out by their numbers. @see virDomainSetVcpu (384) */
  async setVcpu(cpus: CpuList, isOnline: boolean, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, cpumap: cpuListText(cpus), state: isOnline ? 1 : 0, flags }
    await this.connection.call('domainSetVcpu', args, options)
  }

  /** By the agent, with names such as 'vcpus' ('0-3'), 'online', 'offlinable'. @see virDomainGetGuestVcpus (371) */
  async getGuestVcpus(options?: CallOptions): Promise<Params> {
    return toParams((await this.connection.call('domainGetGuestVcpus', { dom: this.ref, flags: 0 }, options)).params)
  }

  /** The guest's system begins or ceases to use them, by its agent. @see virDomainSetGuestVcpus (372) */
  async setGuestVcpus(cpus: CpuList, isOnline: boolean, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, cpumap: cpuListText(cpus), state: isOnline ? 1 : 0, flags: 0 }
    await this.connection.call('domainSetGuestVcpus', args, options)
  }

  /** Lets a virtual CPU run on these CPUs of the host alone. @see virDomainPinVcpu (26) */
  async pinVcpu(vcpu: number, cpus: CpuList, options?: CallOptions): Promise<void> {
    await this.connection.call('domainPinVcpu', { dom: this.ref, vcpu, cpumap: cpuMapOf(cpus) }, options)
  }

  /** @see virDomainPinVcpuFlags (225) */
  async pinVcpuFlags(vcpu: number, cpus: CpuList, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    await this.connection.call('domainPinVcpuFlags', { dom: this.ref, vcpu, cpumap: cpuMapOf(cpus), flags }, options)
  }

  /** The CPUs of the host that each virtual CPU may run on, in their order. @see virDomainGetVcpuPinInfo (230) */
  async getVcpuPinInfo(affects?: Affects, options?: CallOptions): Promise<number[][]> {
    const ncpumaps = await this.getVcpusFlags(
      affects?.includes('config') ? ['maximum', 'config'] : ['maximum'],
      options,
    )
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, ncpumaps, maplen: CPU_MAP_BYTES, flags }
    return cpuListsOf((await this.connection.call('domainGetVcpuPinInfo', args, options)).cpumaps)
  }

  /** The emulator's own threads. @see virDomainPinEmulator (279) */
  async pinEmulator(cpus: CpuList, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    await this.connection.call('domainPinEmulator', { dom: this.ref, cpumap: cpuMapOf(cpus), flags }, options)
  }

  /** @see virDomainGetEmulatorPinInfo (280) */
  async getEmulatorPinInfo(affects?: Affects, options?: CallOptions): Promise<number[]> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, maplen: CPU_MAP_BYTES, flags }
    return cpusOf((await this.connection.call('domainGetEmulatorPinInfo', args, options)).cpumaps)
  }

  /** @see virDomainGetIOThreadInfo (351) */
  async getIOThreadInfo(affects?: Affects, options?: CallOptions): Promise<IoThreadInfo[]> {
    const args = { dom: this.ref, flags: flagBits(enums.domainModificationImpact, affects) }
    const { info } = await this.connection.call('domainGetIothreadInfo', args, options)
    return info.map((thread) => ({ id: thread.iothread_id, cpus: cpusOf(thread.cpumap) }))
  }

  /** @see virDomainPinIOThread (352) */
  async pinIOThread(id: number, cpus: CpuList, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, iothreads_id: id, cpumap: cpuMapOf(cpus), flags }
    await this.connection.call('domainPinIothread', args, options)
  }

  /** @param id from 1 @see virDomainAddIOThread (355) */
  async addIOThread(id: number, affects?: Affects, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, iothread_id: id, flags: flagBits(enums.domainModificationImpact, affects) }
    await this.connection.call('domainAddIothread', args, options)
  }

  /** @throws LibvirtError 'operation-invalid' while a disk uses it @see virDomainDelIOThread (356) */
  async delIOThread(id: number, affects?: Affects, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, iothread_id: id, flags: flagBits(enums.domainModificationImpact, affects) }
    await this.connection.call('domainDelIothread', args, options)
  }

  /** @see virDomainSetIOThreadParams (402) */
  async setIOThreadParams(id: number, params: IoThreadParams, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, iothread_id: id, params: fromParams(ioThreadParamTypes, params), flags }
    await this.connection.call('domainSetIothreadParams', args, options)
  }

  /** The scheduler's name, such as 'posix', and how many parameters it has. @see virDomainGetSchedulerType (56) */
  async getSchedulerType(options?: CallOptions): Promise<{ type: string; paramCount: number }> {
    const { type, nparams } = await this.connection.call('domainGetSchedulerType', { dom: this.ref }, options)
    return { type, paramCount: nparams }
  }

  /** @see virDomainGetSchedulerParameters (57) */
  async getSchedulerParameters(options?: CallOptions): Promise<SchedulerParams> {
    const { paramCount } = await this.getSchedulerType(options)
    const args = { dom: this.ref, nparams: paramCount }
    const { params } = await this.connection.call('domainGetSchedulerParameters', args, options)
    return knownParams<typeof schedulerParamTypes>(params)
  }

  /** @see virDomainGetSchedulerParametersFlags (223) */
  async getSchedulerParametersFlags(affects?: Affects, options?: CallOptions): Promise<SchedulerParams> {
    const { paramCount } = await this.getSchedulerType(options)
    const flags = flagBits(enums.domainModificationImpact, affects) | TEXT_TOO
    const args = { dom: this.ref, nparams: paramCount, flags }
    const { params } = await this.connection.call('domainGetSchedulerParametersFlags', args, options)
    return knownParams<typeof schedulerParamTypes>(params)
  }

  /** @see virDomainSetSchedulerParameters (58) */
  async setSchedulerParameters(params: SchedulerParams, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, params: fromParams(schedulerParamTypes, params) }
    await this.connection.call('domainSetSchedulerParameters', args, options)
  }

  /** @see virDomainSetSchedulerParametersFlags (219) */
  async setSchedulerParametersFlags(params: SchedulerParams, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, params: fromParams(schedulerParamTypes, params), flags }
    await this.connection.call('domainSetSchedulerParametersFlags', args, options)
  }

  /**
   * Time that it took of the host in ns, as 'cpu_time', 'user_time' and 'system_time'.
   * @param of all CPUs of the host together, or a range of them, each in its own record
   * @throws LibvirtError 'operation-invalid' where the host has no cgroup for it @see virDomainGetCPUStats (262)
   */
  async getCPUStats(
    of: 'total' | { readonly firstCpu: number; readonly cpuCount: number } = 'total',
    options?: CallOptions,
  ): Promise<Params[]> {
    const range = of === 'total' ? { start_cpu: -1, ncpus: 1 } : { start_cpu: of.firstCpu, ncpus: of.cpuCount }
    const ask = { dom: this.ref, ...range, flags: TEXT_TOO }
    const { nparams } = await this.connection.call('domainGetCpuStats', { ...ask, nparams: 0 }, options)
    if (nparams === 0) return []
    const answer = await this.connection.call('domainGetCpuStats', { ...ask, nparams }, options)
    const records: Params[] = []
    for (let at = 0; at < answer.params.length; at += answer.nparams) {
      records.push(toParams(answer.params.slice(at, at + answer.nparams)))
    }
    return records
  }

  /** Which events of the processor are counted. @see virDomainGetPerfEvents (365) */
  async getPerfEvents(affects?: Affects, options?: CallOptions): Promise<PerfEventParams> {
    const args = { dom: this.ref, flags: flagBits(enums.domainModificationImpact, affects) }
    const { params } = await this.connection.call('domainGetPerfEvents', args, options)
    return knownParams<typeof perfEventParamTypes>(params)
  }

  /** @see virDomainSetPerfEvents (366) */
  async setPerfEvents(events: PerfEventParams, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, params: fromParams(perfEventParamTypes, events), flags }
    await this.connection.call('domainSetPerfEvents', args, options)
  }
}
