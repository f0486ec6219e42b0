import { rm } from 'node:fs/promises'

import { LibvirtError, type Domain, type StoragePool, type StorageVolume } from 'node-libvirt'

import type { HostRegistry } from '../hosts/host-registry.ts'
import { lookAgain, putBackFile } from '../imports/disk-image/moved-file.ts'
import type { UndoHandlers } from '../jobs/undo.ts'
import { undefineMachine } from '../machines/undefine.ts'

/** How each thing that a job made is taken back. What is not there (any more) is taken back already. */
export function undoHandlers(hosts: HostRegistry): UndoHandlers {
  /** Waits in the host's queue for slow calls. */
  const withDomain = (hostId: string, uuid: string, work: (domain: Domain) => Promise<void>) =>
    unlessGone(() => hosts.get(hostId).slow(async (connection) => work(await connection.domainLookupByUUID(uuid))))

  return {
    'delete-volume': async ({ hostId, poolUuid, name }) => {
      const host = hosts.get(hostId)
      await unlessGone(() =>
        host.slow(async (connection) =>
          (await findVolume(await connection.storagePoolLookupByUUID(poolUuid), name)).delete(),
        ),
      )
      await host.inventory.reloadPool(poolUuid)
    },
    'undefine-machine': ({ hostId, uuid }) => withDomain(hostId, uuid, (domain) => undefineMachine(domain, 'delete')),
    'destroy-machine': ({ hostId, uuid }) =>
      withDomain(hostId, uuid, async (domain) => {
        if (await domain.isActive()) await domain.destroy()
      }),
    // Promised by earlier versions for a point that kept the present before going back. It stays.
    'delete-snapshot': () => Promise.resolve(),
    'delete-file': ({ path }) => rm(path, { force: true }),
    'put-back-file': async ({ hostId, path, originalPath, fileNumber }) => {
      await putBackFile(path, originalPath, fileNumber)
      await lookAgain(hosts.get(hostId), [path, originalPath])
    },
    tell: () => Promise.resolve(),
  }
}

/** A daemon that died in the middle may not have seen the volume yet. */
async function findVolume(pool: StoragePool, name: string): Promise<StorageVolume> {
  try {
    return await pool.storageVolLookupByName(name)
  } catch (error) {
    if (!(error instanceof LibvirtError) || error.code !== 'no-storage-vol') throw error
    await pool.refresh()
    return pool.storageVolLookupByName(name)
  }
}

const goneCodes = new Set(['no-domain', 'no-domain-snapshot', 'no-storage-vol', 'no-storage-pool'])

async function unlessGone(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof LibvirtError) || !goneCodes.has(error.code)) throw error
  }
}
