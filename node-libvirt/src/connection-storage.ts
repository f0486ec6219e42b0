import type { Connection } from './connection.ts'
import { ConnectionNetworks } from './connection-networks.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { StoragePool } from './storage-pool.ts'
import { StorageVolume } from './storage-volume.ts'

/** Pools and volumes. */
export abstract class ConnectionStorage extends ConnectionNetworks {
  /** @see virConnectListAllStoragePools (281) */
  async listAllStoragePools(
    this: Connection,
    flags?: Flags<typeof enums.connectListAllStoragePoolsFlags>,
    options?: CallOptions,
  ): Promise<StoragePool[]> {
    const args = { need_results: 1, flags: flagBits(enums.connectListAllStoragePoolsFlags, flags) }
    const { pools } = await this.call('connectListAllStoragePools', args, options)
    return pools.map((ref) => new StoragePool(this, ref))
  }

  /** @throws LibvirtError 'no-storage-pool' @see virStoragePoolLookupByUUID (85) */
  async storagePoolLookupByUUID(this: Connection, uuid: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call('storagePoolLookupByUuid', { uuid }, options)).pool)
  }

  /** @throws LibvirtError 'no-storage-pool' @see virStoragePoolLookupByName (84) */
  async storagePoolLookupByName(this: Connection, name: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call('storagePoolLookupByName', { name }, options)).pool)
  }

  /** The pool that a volume is in. @see virStoragePoolLookupByVolume (86) */
  async storagePoolLookupByVolume(
    this: Connection,
    volume: StorageVolume,
    options?: CallOptions,
  ): Promise<StoragePool> {
    return new StoragePool(this, (await this.call('storagePoolLookupByVolume', { vol: volume.ref }, options)).pool)
  }

  /** @throws LibvirtError 'no-storage-pool' when none has its volumes there @see virStoragePoolLookupByTargetPath (391) */
  async storagePoolLookupByTargetPath(this: Connection, path: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call('storagePoolLookupByTargetPath', { path }, options)).pool)
  }

  /** @see virStoragePoolDefineXML (77) */
  async storagePoolDefineXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.storagePoolDefineFlags>,
    options?: CallOptions,
  ): Promise<StoragePool> {
    const args = { xml, flags: flagBits(enums.storagePoolDefineFlags, flags) }
    return new StoragePool(this, (await this.call('storagePoolDefineXml', args, options)).pool)
  }

  /** Starts a pool that is forgotten once it stops; what it holds stays. @see virStoragePoolCreateXML (76) */
  async storagePoolCreateXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.storagePoolCreateFlags>,
    options?: CallOptions,
  ): Promise<StoragePool> {
    const args = { xml, flags: flagBits(enums.storagePoolCreateFlags, flags) }
    return new StoragePool(this, (await this.call('storagePoolCreateXml', args, options)).pool)
  }

  /**
   * What pools of a type could be made of, as XML. @param type such as 'netfs' or 'logical'
   * @param sourceSpec XML that narrows the search, such as the host of a server @see virConnectFindStoragePoolSources (75)
   */
  async findStoragePoolSources(type: string, sourceSpec: string | null = null, options?: CallOptions): Promise<string> {
    return (await this.call('connectFindStoragePoolSources', { type, srcSpec: sourceSpec, flags: 0 }, options)).xml
  }

  /** @throws LibvirtError 'no-storage-vol' when no running pool has it @see virStorageVolLookupByPath (97) */
  async storageVolLookupByPath(this: Connection, path: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this, (await this.call('storageVolLookupByPath', { path }, options)).vol)
  }

  /** @throws LibvirtError 'no-storage-vol' when no running pool has it @see virStorageVolLookupByKey (96) */
  async storageVolLookupByKey(this: Connection, key: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this, (await this.call('storageVolLookupByKey', { key }, options)).vol)
  }
}
