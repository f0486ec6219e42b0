import { DomainMemory } from './domain-memory.ts'
import {
  blockJobInfo,
  type DomainBlockInfo,
  type DomainBlockJobInfo,
  type DomainBlockStats,
  type DomainDiskError,
} from './domain-block-results.ts'
import { flagBits, nameOf, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import {
  blkioParamTypes,
  blockCopyParamTypes,
  blockIoTuneParamTypes,
  type BlkioParams,
  type BlockCopyParams,
  type BlockIoTuneParams,
} from './param-types.ts'
import { countedParams, fromParams, TEXT_TOO } from './sent-params.ts'
import { toParams, type Params } from './typed-params.ts'

type Affects = Flags<typeof enums.domainModificationImpact>

/** More disks than a guest can have. */
const DISK_ERRORS_MAX = 256

/** Disks: sizes, counts, limits, and the jobs that move their data. A disk is named by its target ('vda') or path. */
export abstract class DomainBlock extends DomainMemory {
  /** @param disk its target ('vda') or path @see virDomainGetBlockInfo (194) */
  async getBlockInfo(disk: string, options?: CallOptions): Promise<DomainBlockInfo> {
    const info = await this.connection.call('domainGetBlockInfo', { dom: this.ref, path: disk, flags: 0 }, options)
    return {
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
      physicalBytes: Number(info.physical),
    }
  }

  /** Changes a disk's size while the guest runs. @param disk its target ('vda') or path @see virDomainBlockResize (251) */
  async blockResize(disk: string, capacityBytes: number, options?: CallOptions): Promise<void> {
    const flags = enums.domainBlockResizeFlags.bytes
    await this.connection.call('domainBlockResize', { dom: this.ref, disk, size: capacityBytes, flags }, options)
  }

  /** @param disk its target ('vda') or path @see virDomainBlockStats (64) */
  async blockStats(disk: string, options?: CallOptions): Promise<DomainBlockStats> {
    const stats = await this.connection.call('domainBlockStats', { dom: this.ref, path: disk }, options)
    return {
      readRequests: Number(stats.rd_req),
      readBytes: Number(stats.rd_bytes),
      writeRequests: Number(stats.wr_req),
      writeBytes: Number(stats.wr_bytes),
      errors: Number(stats.errs),
    }
  }

  /** By libvirt's names, such as 'rd_operations' and 'flush_total_times' (ns). @see virDomainBlockStatsFlags (243) */
  async blockStatsFlags(disk: string, options?: CallOptions): Promise<Params> {
    const ask = { dom: this.ref, path: disk, flags: TEXT_TOO }
    const { nparams } = await this.connection.call('domainBlockStatsFlags', { ...ask, nparams: 0 }, options)
    return toParams((await this.connection.call('domainBlockStatsFlags', { ...ask, nparams }, options)).params)
  }

  /** Reads what the guest sees; at most 4 MiB. @see virDomainBlockPeek (103) */
  async blockPeek(disk: string, offsetBytes: number, sizeBytes: number, options?: CallOptions): Promise<Uint8Array> {
    const args = { dom: this.ref, path: disk, offset: offsetBytes, size: sizeBytes, flags: 0 }
    return (await this.connection.call('domainBlockPeek', args, options)).buffer
  }

  /** The disks that have had errors since it paused for them. @see virDomainGetDiskErrors (263) */
  async getDiskErrors(options?: CallOptions): Promise<DomainDiskError[]> {
    const args = { dom: this.ref, maxerrors: DISK_ERRORS_MAX, flags: 0 }
    const { errors } = await this.connection.call('domainGetDiskErrors', args, options)
    return errors.map(({ disk, error }) => ({ disk, error: nameOf(enums.domainDiskErrorCode, error) }))
  }

  /** The limits of one disk. @see virDomainGetBlockIoTune (253) */
  async getBlockIoTune(disk: string, affects?: Affects, options?: CallOptions): Promise<BlockIoTuneParams> {
    const args = { dom: this.ref, disk, flags: flagBits(enums.domainModificationImpact, affects) | TEXT_TOO }
    return countedParams<typeof blockIoTuneParamTypes>((nparams) =>
      this.connection.call('domainGetBlockIoTune', { ...args, nparams }, options),
    )
  }

  /** What is not named keeps its limit, but a total excludes read and write of its own. @see virDomainSetBlockIoTune (252) */
  async setBlockIoTune(
    disk: string,
    params: BlockIoTuneParams,
    affects?: Affects,
    options?: CallOptions,
  ): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, disk, params: fromParams(blockIoTuneParamTypes, params), flags }
    await this.connection.call('domainSetBlockIoTune', args, options)
  }

  /** Makes or changes a group of limits that disks can share. @see virDomainSetThrottleGroup (451), libvirt 11.2 and later */
  async setThrottleGroup(
    group: string,
    params: BlockIoTuneParams,
    affects?: Affects,
    options?: CallOptions,
  ): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, group, params: fromParams(blockIoTuneParamTypes, params), flags }
    await this.connection.call('domainSetThrottleGroup', args, options)
  }

  /** @see virDomainDelThrottleGroup (452), libvirt 11.2 and later */
  async delThrottleGroup(group: string, affects?: Affects, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, group, flags: flagBits(enums.domainModificationImpact, affects) }
    await this.connection.call('domainDelThrottleGroup', args, options)
  }

  /** @see virDomainGetBlkioParameters (206) */
  async getBlkioParameters(affects?: Affects, options?: CallOptions): Promise<BlkioParams> {
    const args = { dom: this.ref, flags: flagBits(enums.domainModificationImpact, affects) | TEXT_TOO }
    return countedParams<typeof blkioParamTypes>((nparams) =>
      this.connection.call('domainGetBlkioParameters', { ...args, nparams }, options),
    )
  }

  /** @see virDomainSetBlkioParameters (205) */
  async setBlkioParameters(params: BlkioParams, affects?: Affects, options?: CallOptions): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, params: fromParams(blkioParamTypes, params), flags }
    await this.connection.call('domainSetBlkioParameters', args, options)
  }

  /** Asks for one 'block-threshold' event when a write goes beyond. @param disk such as 'vda' or 'vda[1]' @see virDomainSetBlockThreshold (386) */
  async setBlockThreshold(disk: string, thresholdBytes: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, dev: disk, threshold: thresholdBytes, flags: 0 }
    await this.connection.call('domainSetBlockThreshold', args, options)
  }

  /**
   * Begins to copy a disk to another place; 'block-job' says 'ready' when both are alike, and from then on
   * `blockJobAbort` with 'pivot' changes over, without it ends the copy. @param destinationXml a <disk> element
   * @see virDomainBlockCopy (345)
   */
  async blockCopy(
    disk: string,
    destinationXml: string,
    params: BlockCopyParams = {},
    flags?: Flags<typeof enums.domainBlockCopyFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = {
      dom: this.ref,
      path: disk,
      destxml: destinationXml,
      params: fromParams(blockCopyParamTypes, params),
      flags: flagBits(enums.domainBlockCopyFlags, flags),
    }
    await this.connection.call('domainBlockCopy', args, options)
  }

  /**
   * Begins to write the layers between `top` and `base` into `base`. Of the topmost layer ('active'), end it with
   * `blockJobAbort` and 'pivot' once it is ready. @param bandwidth MiB/s, or bytes/s with its flag; 0 is no limit
   * @param layers paths, or such as 'vda[2]'; null for the whole chain @see virDomainBlockCommit (290)
   */
  async blockCommit(
    disk: string,
    layers: { readonly base?: string | null; readonly top?: string | null } = {},
    bandwidth = 0,
    flags?: Flags<typeof enums.domainBlockCommitFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const { base = null, top = null } = layers
    const args = { dom: this.ref, disk, base, top, bandwidth, flags: flagBits(enums.domainBlockCommitFlags, flags) }
    await this.connection.call('domainBlockCommit', args, options)
  }

  /** Begins to read all layers below into the topmost. @param bandwidth MiB/s, or bytes/s with its flag; 0 is no limit @see virDomainBlockPull (240) */
  async blockPull(
    disk: string,
    bandwidth = 0,
    flags?: Flags<typeof enums.domainBlockPullFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, path: disk, bandwidth, flags: flagBits(enums.domainBlockPullFlags, flags) }
    await this.connection.call('domainBlockPull', args, options)
  }

  /** Like blockPull, down to `base` alone; with 'copy' the old form of blockCopy, `base` being its path. @see virDomainBlockRebase (266) */
  async blockRebase(
    disk: string,
    base: string | null,
    bandwidth = 0,
    flags?: Flags<typeof enums.domainBlockRebaseFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, path: disk, base, bandwidth, flags: flagBits(enums.domainBlockRebaseFlags, flags) }
    await this.connection.call('domainBlockRebase', args, options)
  }

  /** The job on a disk, null when there is none. @see virDomainGetBlockJobInfo (238) */
  async getBlockJobInfo(disk: string, options?: CallOptions): Promise<DomainBlockJobInfo | null> {
    const flags = enums.domainBlockJobInfoFlags['bandwidth-bytes']
    return blockJobInfo(
      await this.connection.call('domainGetBlockJobInfo', { dom: this.ref, path: disk, flags }, options),
    )
  }

  /** Ends a job: undone, or with 'pivot' changed over. Waits for the end unless 'async'. @see virDomainBlockJobAbort (237) */
  async blockJobAbort(
    disk: string,
    flags?: Flags<typeof enums.domainBlockJobAbortFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, path: disk, flags: flagBits(enums.domainBlockJobAbortFlags, flags) }
    await this.connection.call('domainBlockJobAbort', args, options)
  }

  /** @param bytesPerSecond 0 is no limit @see virDomainBlockJobSetSpeed (239) */
  async blockJobSetSpeed(disk: string, bytesPerSecond: number | bigint, options?: CallOptions): Promise<void> {
    const flags = enums.domainBlockJobSetSpeedFlags['bandwidth-bytes']
    const args = { dom: this.ref, path: disk, bandwidth: bytesPerSecond, flags }
    await this.connection.call('domainBlockJobSetSpeed', args, options)
  }
}
