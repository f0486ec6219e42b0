import type { Pool } from '@strata/contract/storage.ts'
import type { Connection, StoragePool } from 'node-libvirt'
import { StoragePoolXml } from 'node-libvirt/xml'
import type { Logger } from 'pino'

import { inParallel } from './in-parallel.ts'
import { orNullWhenGone } from './or-null-when-gone.ts'
import { RefreshQueue } from './refresh-queue.ts'

const atOnce = 16

/** 'info': state and sizes. 'volumes': the same, and its volumes may be others now. */
export type PoolAspect = 'info' | 'volumes'

export interface PoolPicturesOptions {
  readonly hostId: string
  readonly log: Logger
  readonly connection: () => Connection
  readonly onChange: (uuid: string) => void
}

/** The storage pools of one host, and how they are read again. */
export class PoolPictures {
  readonly queue: RefreshQueue<PoolAspect>
  readonly #options: PoolPicturesOptions
  #pools = new Map<string, Pool>()

  constructor(options: PoolPicturesOptions) {
    this.#options = options
    this.queue = new RefreshQueue(async (batch) => {
      await inParallel([...batch], atOnce, ([uuid, aspects]) => this.#readAgain(uuid, aspects))
    })
  }

  all(): readonly Pool[] {
    return [...this.#pools.values()]
  }

  get(uuid: string): Pool | null {
    return this.#pools.get(uuid) ?? null
  }

  async load(connection: Connection): Promise<void> {
    const handles = await connection.listAllStoragePools()
    const pools = await inParallel(handles, atOnce, (handle) => orNullWhenGone(this.#read(handle, true)))
    this.#pools = new Map(pools.filter((pool) => pool !== null).map((pool) => [pool.uuid, pool]))
  }

  async #readAgain(uuid: string, aspects: ReadonlySet<PoolAspect>): Promise<void> {
    const handle = await orNullWhenGone(this.#options.connection().storagePoolLookupByUUID(uuid))
    const pool = handle === null ? null : await orNullWhenGone(this.#read(handle, aspects.has('volumes')))
    if (pool === null) this.#pools.delete(uuid)
    else this.#pools.set(uuid, pool)
    this.#options.onChange(uuid)
  }

  async #read(handle: StoragePool, mayHaveOtherVolumes: boolean): Promise<Pool> {
    const [info, persistent, xml] = await Promise.all([handle.getInfo(), handle.isPersistent(), handle.getXMLDesc()])
    const autostart = persistent && (await handle.getAutostart())
    const { capacityBytes, allocationBytes } = info
    // Where volumes take more than there is, drivers that subtract come out below zero, which is a huge number here.
    const availableBytes = info.availableBytes > capacityBytes ? 0 : info.availableBytes
    const known = this.#pools.get(handle.uuid)?.volumesRevision ?? 0
    return {
      hostId: this.#options.hostId,
      uuid: handle.uuid,
      name: handle.name,
      state: poolState(info.state),
      autostart,
      ...this.#definition(handle, xml),
      capacityBytes,
      allocationBytes,
      availableBytes,
      volumesRevision: mayHaveOtherVolumes ? known + 1 : known,
    }
  }

  #definition(handle: StoragePool, xml: string): Pick<Pool, 'type' | 'path'> {
    try {
      const pool = StoragePoolXml.parse(xml)
      return { type: pool.type ?? 'dir', path: pool.target.path }
    } catch (error) {
      this.#options.log.warn({ err: error, pool: handle.uuid }, 'a definition cannot be read')
      return { type: 'unknown', path: null }
    }
  }
}

const poolStates = ['inactive', 'building', 'running', 'degraded', 'inaccessible'] as const

/** A state that only a newer libvirt knows cannot be relied on. */
function poolState(state: string): Pool['state'] {
  return poolStates.find((known) => known === state) ?? 'inaccessible'
}
