import type { Connection } from './connection.ts'
import { flagBits, nameOf, type Flags } from './flags.ts'
import {
  storagePoolBuildFlags,
  storagePoolCreateFlags,
  storagePoolDeleteFlags,
  storagePoolState,
  storageVolCreateFlags,
  storageXmlFlags,
} from './protocol/enums.generated.ts'
import type { NonnullStoragePool } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { StorageVolume } from './storage-volume.ts'

export interface StoragePoolInfo {
  readonly state: keyof typeof storagePoolState | 'unknown'
  readonly capacityBytes: number
  readonly allocationBytes: number
  readonly availableBytes: number
}

/** A place that volumes live in, such as a directory. */
export class StoragePool {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullStoragePool,
  ) {}

  get name(): string {
    return this.ref.name
  }

  /** Lower case with dashes. */
  get uuid(): string {
    return this.ref.uuid
  }

  /** Sizes are 0 while it is not running. @see virStoragePoolGetInfo (remote procedure 87) */
  async getInfo(options?: CallOptions): Promise<StoragePoolInfo> {
    const info = await this.connection.call('storagePoolGetInfo', { pool: this.ref }, options)
    return {
      state: nameOf(storagePoolState, info.state),
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
      availableBytes: Number(info.available),
    }
  }

  /** @see virStoragePoolGetXMLDesc (88) */
  async getXMLDesc(flags?: Flags<typeof storageXmlFlags>, options?: CallOptions): Promise<string> {
    const args = { pool: this.ref, flags: flagBits(storageXmlFlags, flags) }
    return (await this.connection.call('storagePoolGetXmlDesc', args, options)).xml
  }

  /** Starts it. @throws LibvirtError 'operation-invalid' when it runs @see virStoragePoolCreate (78) */
  async create(flags?: Flags<typeof storagePoolCreateFlags>, options?: CallOptions): Promise<void> {
    const args = { pool: this.ref, flags: flagBits(storagePoolCreateFlags, flags) }
    await this.connection.call('storagePoolCreate', args, options)
  }

  /** Makes what it stands on, such as its directory. @see virStoragePoolBuild (79) */
  async build(flags?: Flags<typeof storagePoolBuildFlags>, options?: CallOptions): Promise<void> {
    const args = { pool: this.ref, flags: flagBits(storagePoolBuildFlags, flags) }
    await this.connection.call('storagePoolBuild', args, options)
  }

  /** Stops it; what it holds stays. @see virStoragePoolDestroy (80) */
  async destroy(options?: CallOptions): Promise<void> {
    await this.connection.call('storagePoolDestroy', { pool: this.ref }, options)
  }

  /** Removes what it stands on, such as its (empty) directory. @see virStoragePoolDelete (81) */
  async delete(flags?: Flags<typeof storagePoolDeleteFlags>, options?: CallOptions): Promise<void> {
    const args = { pool: this.ref, flags: flagBits(storagePoolDeleteFlags, flags) }
    await this.connection.call('storagePoolDelete', args, options)
  }

  /** Forgets the definition; what it holds stays. @see virStoragePoolUndefine (82) */
  async undefine(options?: CallOptions): Promise<void> {
    await this.connection.call('storagePoolUndefine', { pool: this.ref }, options)
  }

  /** Looks again at what it holds; slow on large pools. @see virStoragePoolRefresh (83) */
  async refresh(options?: CallOptions): Promise<void> {
    await this.connection.call('storagePoolRefresh', { pool: this.ref, flags: 0 }, options)
  }

  /** @see virStoragePoolGetAutostart (89) */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('storagePoolGetAutostart', { pool: this.ref }, options)).autostart !== 0
  }

  /** @see virStoragePoolSetAutostart (90) */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.connection.call('storagePoolSetAutostart', { pool: this.ref, autostart: autostart ? 1 : 0 }, options)
  }

  /** @see virStoragePoolIsActive (154) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('storagePoolIsActive', { pool: this.ref }, options)).active !== 0
  }

  /** @see virStoragePoolIsPersistent (155) */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('storagePoolIsPersistent', { pool: this.ref }, options)).persistent !== 0
  }

  /** @throws LibvirtError 'operation-invalid' while it is not running @see virStoragePoolNumOfVolumes (91) */
  async numOfVolumes(options?: CallOptions): Promise<number> {
    return (await this.connection.call('storagePoolNumOfVolumes', { pool: this.ref }, options)).num
  }

  /** @throws LibvirtError 'operation-invalid' while it is not running @see virStoragePoolListAllVolumes (282) */
  async listAllVolumes(options?: CallOptions): Promise<StorageVolume[]> {
    const args = { pool: this.ref, need_results: 1, flags: 0 }
    const { vols } = await this.connection.call('storagePoolListAllVolumes', args, options)
    return vols.map((ref) => new StorageVolume(this.connection, ref))
  }

  /** @throws LibvirtError 'no-storage-vol' @see virStorageVolLookupByName (95) */
  async storageVolLookupByName(name: string, options?: CallOptions): Promise<StorageVolume> {
    const { vol } = await this.connection.call('storageVolLookupByName', { pool: this.ref, name }, options)
    return new StorageVolume(this.connection, vol)
  }

  /** @throws LibvirtError 'storage-vol-exist' when the name is taken @see virStorageVolCreateXML (93) */
  async storageVolCreateXML(
    xml: string,
    flags?: Flags<typeof storageVolCreateFlags>,
    options?: CallOptions,
  ): Promise<StorageVolume> {
    const args = { pool: this.ref, xml, flags: flagBits(storageVolCreateFlags, flags) }
    return new StorageVolume(this.connection, (await this.connection.call('storageVolCreateXml', args, options)).vol)
  }

  /** Makes a volume with the content of another; takes as long as copying does. @see virStorageVolCreateXMLFrom (125) */
  async storageVolCreateXMLFrom(
    xml: string,
    source: StorageVolume,
    flags?: Flags<typeof storageVolCreateFlags>,
    options?: CallOptions,
  ): Promise<StorageVolume> {
    const args = { pool: this.ref, xml, clonevol: source.ref, flags: flagBits(storageVolCreateFlags, flags) }
    return new StorageVolume(
      this.connection,
      (await this.connection.call('storageVolCreateXmlFrom', args, options)).vol,
    )
  }
}
