import type { Connection } from './connection.ts'
import { flagBits, nameOf, type Flags } from './flags.ts'
import {
  storageVolDeleteFlags,
  storageVolDownloadFlags,
  storageVolInfoFlags,
  storageVolResizeFlags,
  storageVolType,
  storageVolUploadFlags,
  storageVolWipeAlgorithm,
} from './protocol/enums.generated.ts'
import type {
  NonnullStorageVol,
  StorageVolGetInfoFlagsRet,
  StorageVolGetInfoRet,
} from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import type { LibvirtStream } from './stream.ts'
import { lostWrite, sendAll, type UploadSource } from './upload.ts'

export interface StorageVolumeInfo {
  readonly type: keyof typeof storageVolType | 'unknown'
  /** What a guest sees. */
  readonly capacityBytes: number
  /** What it takes in its pool. */
  readonly allocationBytes: number
}

/** `timeoutMs` is for the daemon's consent, not for the transfer. */
export interface TransferRange extends CallOptions {
  /** Where to begin in the volume; default 0. */
  offsetBytes?: number | undefined
  /** How much at most; default to the end. */
  lengthBytes?: number | undefined
}

export interface DownloadOptions extends TransferRange {
  /** The stream's chunks are then Uint8Array or StreamHole: zeros that take no space do not travel. */
  sparse?: boolean | undefined
}

export interface UploadOptions extends TransferRange {
  /**
   * Runs of zeros (and StreamHole chunks) are sent as holes. A hole does not erase what the volume held before, so use
   * it on new volumes only.
   */
  sparse?: boolean | undefined
  /** Told after each chunk how many bytes have been sent in all, holes included. */
  onProgress?: ((sentBytes: number) => void) | undefined
}

/** A disk image, or another thing in a pool. */
export class StorageVolume {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullStorageVol,
  ) {}

  /** The name of the pool that it is in. */
  get pool(): string {
    return this.ref.pool
  }

  get name(): string {
    return this.ref.name
  }

  /** Unique on the host; for files the path. */
  get key(): string {
    return this.ref.key
  }

  /** @see virStorageVolGetInfo (remote procedure 98) */
  async getInfo(options?: CallOptions): Promise<StorageVolumeInfo> {
    return volumeInfo(await this.connection.call('storageVolGetInfo', { vol: this.ref }, options))
  }

  /**
   * Like getInfo; with 'get-physical' `allocationBytes` is what its file takes, not what it may grow to.
   * @see virStorageVolGetInfoFlags (378)
   */
  async getInfoFlags(flags: Flags<typeof storageVolInfoFlags>, options?: CallOptions): Promise<StorageVolumeInfo> {
    const args = { vol: this.ref, flags: flagBits(storageVolInfoFlags, flags) }
    return volumeInfo(await this.connection.call('storageVolGetInfoFlags', args, options))
  }

  /** @see virStorageVolGetXMLDesc (99) */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.connection.call('storageVolGetXmlDesc', { vol: this.ref, flags: 0 }, options)).xml
  }

  /** @see virStorageVolGetPath (100) */
  async getPath(options?: CallOptions): Promise<string> {
    return (await this.connection.call('storageVolGetPath', { vol: this.ref }, options)).name
  }

  /** @param capacityBytes the new capacity, or the difference with 'delta' @see virStorageVolResize (260) */
  async resize(
    capacityBytes: number,
    flags?: Flags<typeof storageVolResizeFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { vol: this.ref, capacity: capacityBytes, flags: flagBits(storageVolResizeFlags, flags) }
    await this.connection.call('storageVolResize', args, options)
  }

  /** Destroys it and its data. @see virStorageVolDelete (94) */
  async delete(flags?: Flags<typeof storageVolDeleteFlags>, options?: CallOptions): Promise<void> {
    const args = { vol: this.ref, flags: flagBits(storageVolDeleteFlags, flags) }
    await this.connection.call('storageVolDelete', args, options)
  }

  /** Overwrites its data with zeros. @see virStorageVolWipe (165) */
  async wipe(options?: CallOptions): Promise<void> {
    await this.connection.call('storageVolWipe', { vol: this.ref, flags: 0 }, options)
  }

  /** @param algorithm 'trim' discards; the others overwrite, some of them many times @see virStorageVolWipePattern (259) */
  async wipePattern(algorithm: keyof typeof storageVolWipeAlgorithm, options?: CallOptions): Promise<void> {
    const args = { vol: this.ref, algorithm: storageVolWipeAlgorithm[algorithm], flags: 0 }
    await this.connection.call('storageVolWipePattern', args, options)
  }

  /**
   * Writes into the volume's file, whatever its format: to fill a qcow2 volume send a qcow2 image, then refresh the pool.
   * Resolves when the daemon has confirmed that it has everything and the last of it could be read back: a daemon may
   * confirm what it could not write. What has been sent stays when it fails or is aborted.
   * @throws LibvirtError when the target is full ('system-error'), in the middle or at the end, or what the source throws
   * @see virStorageVolUpload (208)
   */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<void> {
    const { offsetBytes = 0, lengthBytes = 0, sparse = false, signal, timeoutMs, onProgress } = options
    const flags = flagBits(storageVolUploadFlags, sparse ? ['sparse-stream'] : [])
    const args = { vol: this.ref, offset: offsetBytes, length: lengthBytes, flags }
    const { stream } = this.connection.openStream('storageVolUpload', args, {
      direction: 'write',
      sparse,
      signal,
      timeoutMs,
    })
    const sent = await sendAll(stream, source, sparse, onProgress)
    if (sent === null) return
    const there = this.download({
      offsetBytes: offsetBytes + sent.offsetBytes,
      lengthBytes: sent.bytes.length,
      signal,
      timeoutMs,
    })
    if (!Buffer.concat(await there.toArray()).equals(sent.bytes)) throw lostWrite()
  }

  /**
   * Reads the volume's file, whatever its format. Destroy the stream to stop. While nobody reads, the connection stands
   * still: give a large download a connection of its own. @see virStorageVolDownload (209)
   */
  download(options: DownloadOptions = {}): LibvirtStream {
    const { offsetBytes = 0, lengthBytes = 0, sparse = false, signal, timeoutMs } = options
    const flags = flagBits(storageVolDownloadFlags, sparse ? ['sparse-stream'] : [])
    const args = { vol: this.ref, offset: offsetBytes, length: lengthBytes, flags }
    return this.connection.openStream('storageVolDownload', args, { direction: 'read', sparse, signal, timeoutMs })
      .stream
  }
}

function volumeInfo(info: StorageVolGetInfoRet | StorageVolGetInfoFlagsRet): StorageVolumeInfo {
  return {
    type: nameOf(storageVolType, info.type),
    capacityBytes: Number(info.capacity),
    allocationBytes: Number(info.allocation),
  }
}
