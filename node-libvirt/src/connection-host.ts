import { charsText } from './chars-text.ts'
import { ConnectionCalls } from './connection-calls.ts'
import { cpusOf } from './cpu-map.ts'
import { formatVersion, nodeInfo, nodeStats, type NodeCpuMap, type NodeInfo } from './node-info.ts'
import { nodeMemoryParamTypes, type NodeMemoryParams } from './param-types.ts'
import { nodeAllocPagesFlags, nodeSuspendTarget } from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { fromParams, TEXT_TOO } from './sent-params.ts'
import { toParams, type Params } from './typed-params.ts'

/** The host and its daemon. */
export abstract class ConnectionHost extends ConnectionCalls {
  /** @see virConnectGetURI (remote procedure 110) */
  async getUri(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetUri', {}, options)).uri
  }

  /** @see virConnectGetHostname (59) */
  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetHostname', {}, options)).hostname
  }

  /** The daemon's libvirt version as text, such as '9.0.0'. @see virConnectGetLibVersion (157) */
  async getLibVersion(options?: CallOptions): Promise<string> {
    return formatVersion((await this.call('connectGetLibVersion', {}, options)).lib_ver)
  }

  /** The hypervisor's version as text, such as '7.2.9'. @see virConnectGetVersion (4) */
  async getVersion(options?: CallOptions): Promise<string> {
    return formatVersion((await this.call('connectGetVersion', {}, options)).hv_ver)
  }

  /** The driver's name, such as 'QEMU'. @see virConnectGetType (3) */
  async getType(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetType', {}, options)).type
  }

  /** Whether nobody on the way can read what is said: a local socket, ssh or TLS. @see virConnectIsSecure (149) */
  async isSecure(options?: CallOptions): Promise<boolean> {
    return (await this.call('connectIsSecure', {}, options)).secure !== 0
  }

  /** XML with what the host's firmware tells of it (SMBIOS). @see virConnectGetSysinfo (203) */
  async getSysinfo(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetSysinfo', { flags: 0 }, options)).sysinfo
  }

  /** How many virtual CPUs a domain can have. @param type such as 'kvm' @see virConnectGetMaxVcpus (5) */
  async getMaxVcpus(type: string | null = null, options?: CallOptions): Promise<number> {
    return (await this.call('connectGetMaxVcpus', { type }, options)).max_vcpus
  }

  /** @see virNodeGetInfo (6) */
  async nodeGetInfo(options?: CallOptions): Promise<NodeInfo> {
    return nodeInfo(await this.call('nodeGetInfo', {}, options))
  }

  /** Free memory of the host in bytes. @see virNodeGetFreeMemory (102) */
  async nodeGetFreeMemory(options?: CallOptions): Promise<number> {
    return Number((await this.call('nodeGetFreeMemory', {}, options)).freeMem)
  }

  /** Free memory in bytes of each NUMA cell. @see virNodeGetCellsFreeMemory (101) */
  async nodeGetCellsFreeMemory(startCell = 0, maxCells = 1_024, options?: CallOptions): Promise<number[]> {
    const { cells } = await this.call('nodeGetCellsFreeMemory', { startCell, maxcells: maxCells }, options)
    return cells.map(Number)
  }

  /**
   * How many pages of each size are free in each NUMA cell, in the order of `pageSizesKiB`.
   * @see virNodeGetFreePages (340)
   */
  async nodeGetFreePages(
    pageSizesKiB: readonly number[],
    of: { readonly startCell?: number; readonly cellCount?: number } = {},
    options?: CallOptions,
  ): Promise<number[][]> {
    const { startCell = 0, cellCount = 1 } = of
    const args = { pages: [...pageSizesKiB], startCell, cellCount, flags: 0 }
    const counts = (await this.call('nodeGetFreePages', args, options)).counts.map(Number)
    const perCell = pageSizesKiB.length
    return Array.from({ length: perCell === 0 ? 0 : counts.length / perCell }, (_, cell) =>
      counts.slice(cell * perCell, (cell + 1) * perCell),
    )
  }

  /** Reserves huge pages. @returns how many could be @param how add to those there are, or set their number @see virNodeAllocPages (347) */
  async nodeAllocPages(
    pages: readonly { readonly sizeKiB: number; readonly count: number }[],
    how: keyof typeof nodeAllocPagesFlags,
    of: { readonly startCell?: number; readonly cellCount?: number } = {},
    options?: CallOptions,
  ): Promise<number> {
    const args = {
      pageSizes: pages.map((page) => page.sizeKiB),
      pageCounts: pages.map((page) => BigInt(page.count)),
      startCell: of.startCell ?? -1,
      cellCount: of.cellCount ?? 1,
      flags: nodeAllocPagesFlags[how],
    }
    return (await this.call('nodeAllocPages', args, options)).ret
  }

  /** Memory of the host in KiB by 'total', 'free', 'buffers', 'cached'. @see virNodeGetMemoryStats (228) */
  async nodeGetMemoryStats(options?: CallOptions): Promise<Record<string, number>> {
    const of = { cellNum: -1, flags: 0 }
    const { nparams } = await this.call('nodeGetMemoryStats', { ...of, nparams: 0 }, options)
    return nodeStats((await this.call('nodeGetMemoryStats', { ...of, nparams }, options)).params)
  }

  /** How the kernel merges equal pages, by libvirt's names such as 'shm_pages_shared'. @see virNodeGetMemoryParameters (289) */
  async nodeGetMemoryParameters(options?: CallOptions): Promise<Params> {
    const { nparams } = await this.call('nodeGetMemoryParameters', { nparams: 0, flags: TEXT_TOO }, options)
    if (nparams === 0) return {}
    return toParams((await this.call('nodeGetMemoryParameters', { nparams, flags: TEXT_TOO }, options)).params)
  }

  /** @see virNodeSetMemoryParameters (288) */
  async nodeSetMemoryParameters(params: NodeMemoryParams, options?: CallOptions): Promise<void> {
    const args = { params: fromParams(nodeMemoryParamTypes, params), flags: 0 }
    await this.call('nodeSetMemoryParameters', args, options)
  }

  /** CPU time of the host in ns by 'kernel', 'user', 'idle', 'iowait', all CPUs together. @see virNodeGetCPUStats (227) */
  async nodeGetCPUStats(options?: CallOptions): Promise<Record<string, number>> {
    const of = { cpuNum: -1, flags: 0 }
    const { nparams } = await this.call('nodeGetCpuStats', { ...of, nparams: 0 }, options)
    return nodeStats((await this.call('nodeGetCpuStats', { ...of, nparams }, options)).params)
  }

  /** Which CPUs there are and which run. @see virNodeGetCPUMap (293) */
  async nodeGetCPUMap(options?: CallOptions): Promise<NodeCpuMap> {
    const { cpumap, online, ret } = await this.call('nodeGetCpuMap', { need_map: 1, need_online: 1, flags: 0 }, options)
    return { cpuCount: ret, onlineCount: online, online: cpusOf(cpumap) }
  }

  /** The security driver's model and domain of interpretation, '' without one. @see virNodeGetSecurityModel (122) */
  async nodeGetSecurityModel(options?: CallOptions): Promise<{ model: string; doi: string }> {
    const { model, doi } = await this.call('nodeGetSecurityModel', {}, options)
    return { model: charsText(model), doi: charsText(doi) }
  }

  /** By libvirt's names, such as 'cbitpos'. @throws LibvirtError 'operation-unsupported' without SEV @see virNodeGetSEVInfo (395) */
  async nodeGetSEVInfo(options?: CallOptions): Promise<Params> {
    const { nparams } = await this.call('nodeGetSevInfo', { nparams: 0, flags: TEXT_TOO }, options)
    if (nparams === 0) return {}
    return toParams((await this.call('nodeGetSevInfo', { nparams, flags: TEXT_TOO }, options)).params)
  }

  /** Puts the host to sleep and lets its clock wake it. @param durationS at least 60 @see virNodeSuspendForDuration (250) */
  async nodeSuspendForDuration(
    target: keyof typeof nodeSuspendTarget,
    durationS: number,
    options?: CallOptions,
  ): Promise<void> {
    const args = { target: nodeSuspendTarget[target], duration: durationS, flags: 0 }
    await this.call('nodeSuspendForDuration', args, options)
  }
}
