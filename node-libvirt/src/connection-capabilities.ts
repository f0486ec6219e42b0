import { ConnectionHost } from './connection-host.ts'
import { flagBits, nameOf, type Flags } from './flags.ts'
import {
  connectBaselineCpuFlags,
  connectCompareCpuFlags,
  connectGetDomainCapabilitiesFlags,
  cpuCompareResult,
} from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** One emulator and what it runs; what is left out, libvirt chooses. */
export interface EmulatorChoice {
  /** A path on the host. */
  readonly emulator?: string | undefined
  /** Such as 'x86_64'. */
  readonly arch?: string | undefined
  /** Such as 'q35'. */
  readonly machine?: string | undefined
  /** Such as 'kvm'. */
  readonly virtType?: string | undefined
}

/** How a CPU compares with the host's: the host has all that it has, all and more, or not all. */
export type CpuComparison = Exclude<keyof typeof cpuCompareResult, 'error'> | 'unknown'

/** What the host can run, and how descriptions of CPUs and machines go together with it. */
export abstract class ConnectionCapabilities extends ConnectionHost {
  /** XML about the host and what it can run. @see virConnectGetCapabilities (7) */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetCapabilities', {}, options)).capabilities
  }

  /** XML about what one emulator can do. @see virConnectGetDomainCapabilities (342) */
  async getDomainCapabilities(
    of: EmulatorChoice & { readonly flags?: Flags<typeof connectGetDomainCapabilitiesFlags> } = {},
    options?: CallOptions,
  ): Promise<string> {
    const { emulator = null, arch = null, machine = null, virtType = null } = of
    const flags = flagBits(connectGetDomainCapabilitiesFlags, of.flags)
    const args = { emulatorbin: emulator, arch, machine, virttype: virtType, flags }
    return (await this.call('connectGetDomainCapabilities', args, options)).capabilities
  }

  /** The CPU models that libvirt knows for an architecture. @see virConnectGetCPUModelNames (312) */
  async getCPUModelNames(arch: string, options?: CallOptions): Promise<string[]> {
    return (await this.call('connectGetCpuModelNames', { arch, need_results: 1, flags: 0 }, options)).models
  }

  /**
   * Compares a CPU's description with the host's CPU.
   * @throws LibvirtError 'cpu-incompatible' with 'fail-incompatible' @see virConnectCompareCPU (158)
   */
  async compareCPU(
    cpuXml: string,
    flags?: Flags<typeof connectCompareCpuFlags>,
    options?: CallOptions,
  ): Promise<CpuComparison> {
    const args = { xml: cpuXml, flags: flagBits(connectCompareCpuFlags, flags) }
    return comparison((await this.call('connectCompareCpu', args, options)).result)
  }

  /** Compares it with what an emulator can give a guest on this host. @see virConnectCompareHypervisorCPU (393) */
  async compareHypervisorCPU(
    cpuXml: string,
    of: EmulatorChoice = {},
    flags?: Flags<typeof connectCompareCpuFlags>,
    options?: CallOptions,
  ): Promise<CpuComparison> {
    const { emulator = null, arch = null, machine = null, virtType: virttype = null } = of
    const args = { emulator, arch, machine, virttype, xmlCPU: cpuXml, flags: flagBits(connectCompareCpuFlags, flags) }
    return comparison((await this.call('connectCompareHypervisorCpu', args, options)).result)
  }

  /** The largest CPU (XML) that all of the given have in them. @see virConnectBaselineCPU (162) */
  async baselineCPU(
    cpuXmls: readonly string[],
    flags?: Flags<typeof connectBaselineCpuFlags>,
    options?: CallOptions,
  ): Promise<string> {
    const args = { xmlCPUs: [...cpuXmls], flags: flagBits(connectBaselineCpuFlags, flags) }
    return (await this.call('connectBaselineCpu', args, options)).cpu
  }

  /** The same of CPUs that an emulator can give. @see virConnectBaselineHypervisorCPU (394) */
  async baselineHypervisorCPU(
    cpuXmls: readonly string[],
    of: EmulatorChoice = {},
    flags?: Flags<typeof connectBaselineCpuFlags>,
    options?: CallOptions,
  ): Promise<string> {
    const { emulator = null, arch = null, machine = null, virtType: virttype = null } = of
    const flagArgs = { flags: flagBits(connectBaselineCpuFlags, flags) }
    const args = { emulator, arch, machine, virttype, xmlCPUs: [...cpuXmls], ...flagArgs }
    return (await this.call('connectBaselineHypervisorCpu', args, options)).cpu
  }

  /** XML about the kinds of pool. @see virConnectGetStoragePoolCapabilities (403) */
  async getStoragePoolCapabilities(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetStoragePoolCapabilities', { flags: 0 }, options)).capabilities
  }

  /** A domain's description from the hypervisor's own. @param format such as 'qemu-argv' @see virConnectDomainXMLFromNative (135) */
  async domainXMLFromNative(format: string, config: string, options?: CallOptions): Promise<string> {
    const args = { nativeFormat: format, nativeConfig: config, flags: 0 }
    return (await this.call('connectDomainXmlFromNative', args, options)).domainXml
  }

  /** The command line or file that a description stands for. @param format such as 'qemu-argv' @see virConnectDomainXMLToNative (136) */
  async domainXMLToNative(format: string, domainXml: string, options?: CallOptions): Promise<string> {
    const args = { nativeFormat: format, domainXml, flags: 0 }
    return (await this.call('connectDomainXmlToNative', args, options)).nativeConfig
  }
}

function comparison(result: number): CpuComparison {
  const name = nameOf(cpuCompareResult, result)
  return name === 'error' ? 'unknown' : name
}
