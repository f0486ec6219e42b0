import { DomainCpu } from './domain-cpu.ts'
import { memoryStats, type DomainMemoryStats } from './domain-results.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { memoryParamTypes, numaParamTypes, type MemoryParams, type NumaParams } from './param-types.ts'
import { countedParams, fromParams, TEXT_TOO } from './sent-params.ts'

type Affects = Flags<typeof enums.domainModificationImpact>

/** More statistics than libvirt has. */
const MEMORY_STATS_MAX = 64

/** How much memory it has, and from where. */
export abstract class DomainMemory extends DomainCpu {
  /** The most that it can have, in KiB. @see virDomainGetMaxMemory (17) */
  async getMaxMemory(options?: CallOptions): Promise<number> {
    return Number((await this.connection.call('domainGetMaxMemory', { dom: this.ref }, options)).memory)
  }

  /** @param affects with 'maximum' the largest amount changes, which only works on the stored definition @see virDomainSetMemoryFlags (204) */
  async setMemoryFlags(
    memoryKiB: number,
    affects: Flags<typeof enums.domainMemoryModFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, memory: memoryKiB, flags: flagBits(enums.domainMemoryModFlags, affects) }
    await this.connection.call('domainSetMemoryFlags', args, options)
  }

  /** @see virDomainMemoryStats (159) */
  async memoryStats(options?: CallOptions): Promise<DomainMemoryStats> {
    const args = { dom: this.ref, maxStats: MEMORY_STATS_MAX, flags: 0 }
    return memoryStats((await this.connection.call('domainMemoryStats', args, options)).stats)
  }

  /** How often the guest's balloon tells its statistics. @param periodS 0: never @see virDomainSetMemoryStatsPeriod (308) */
  async setMemoryStatsPeriod(periodS: number, affects?: Affects, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, period: periodS, flags: flagBits(enums.domainModificationImpact, affects) }
    await this.connection.call('domainSetMemoryStatsPeriod', args, options)
  }

  /** @see virDomainGetMemoryParameters (198) */
  async getMemoryParameters(affects?: Affects, options?: CallOptions): Promise<MemoryParams> {
    const args = { dom: this.ref, flags: flagBits(enums.domainModificationImpact, affects) | TEXT_TOO }
    return countedParams<typeof memoryParamTypes>((nparams) =>
      this.connection.call('domainGetMemoryParameters', { ...args, nparams }, options),
    )
  }

  /** @see virDomainSetMemoryParameters (197) */
  async setMemoryParameters(params: MemoryParams, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, params: fromParams(memoryParamTypes, params), flags }
    await this.connection.call('domainSetMemoryParameters', args, options)
  }

  /** @see virDomainGetNumaParameters (255) */
  async getNumaParameters(affects?: Affects, options?: CallOptions): Promise<NumaParams> {
    const args = { dom: this.ref, flags: flagBits(enums.domainModificationImpact, affects) | TEXT_TOO }
    return countedParams<typeof numaParamTypes>((nparams) =>
      this.connection.call('domainGetNumaParameters', { ...args, nparams }, options),
    )
  }

  /** @see virDomainSetNumaParameters (254) */
  async setNumaParameters(params: NumaParams, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, params: fromParams(numaParamTypes, params), flags }
    await this.connection.call('domainSetNumaParameters', args, options)
  }
}
