import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import { LibvirtError, type Connection, type StoragePool } from 'node-libvirt'
import { StoragePoolXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { StrataError, toStrataError } from '../strata-error.ts'

const defaultName = 'default'

/** Where libvirt's own tools put the images of a user's, and of the system's, machines. Null: not known from here. */
export function defaultPoolFolder({ address, login }: Pick<Host, 'address' | 'login'>): string | null {
  // The test driver makes no folder anywhere.
  if (address.driver === 'test' || address.scope === 'system') return '/var/lib/libvirt/images'
  return login === null ? null : join(login.dataDir, 'libvirt', 'images')
}

/** @throws StrataError 'unsupported' */
export function requireDefaultPoolFolder(host: Pick<Host, 'address' | 'login' | 'label'>): string {
  const folder = defaultPoolFolder(host)
  if (folder !== null) return folder
  throw new StrataError('unsupported', say('storage.poolMadeThereFolders', { host: host.label }))
}

/** Makes, starts and sets to autostart the pool for disks of new machines; one of that name that only stands still is started. */
export async function makeDefaultPool(host: Host, folder: string): Promise<string> {
  try {
    const uuid = await host.slow(async (connection) => {
      const pool = (await existingPool(connection)) ?? (await definePool(connection, folder))
      if (!(await pool.isActive())) await pool.create()
      await pool.setAutostart(true)
      return pool.uuid
    })
    await host.inventory.reloadPool(uuid)
    return uuid
  } catch (error) {
    throw toStrataError(error, say('storage.storagePoolCouldNot', { folder }))
  }
}

async function existingPool(connection: Connection): Promise<StoragePool | null> {
  try {
    return await connection.storagePoolLookupByName(defaultName)
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-storage-pool') return null
    throw error
  }
}

async function definePool(connection: Connection, folder: string): Promise<StoragePool> {
  const pool = await connection.storagePoolDefineXML(
    StoragePoolXml.create({ type: 'dir', name: defaultName, target: { path: folder } }).toString(),
  )
  try {
    await pool.build()
  } catch (error) {
    await pool.undefine() // a definition without a folder would only be in the way of the next attempt
    throw error
  }
  return pool
}
