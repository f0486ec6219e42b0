import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'
import { LibvirtError } from 'node-libvirt'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'
import { sameNamed } from '../same-named.ts'

/** Disks that are named by pool and volume need the pool to run, and the volume to be in it. */
export async function checkPools(examined: Examined): Promise<Cause[]> {
  const { definition, connection, host, machine } = examined
  const causes: Cause[] = []
  for (const { source, type, target } of definition.devices.disks) {
    if (type !== 'volume' || source.pool === null || source.volume === null) continue
    const targetDev = target.device ?? ''
    const wayOut = async () => {
      const from = `${source.pool ?? ''}/${source.volume ?? ''}`
      const found = await sameNamed(examined, source.volume ?? '')
      return [
        ...found.map((each) => machineRepairs.relinkDisk(machine, targetDev, from, each)),
        machineRepairs.detachDisk(machine, targetDev, from),
      ]
    }
    const pool = host.inventory.pools().find(({ name }) => name === source.pool)
    if (pool === undefined) {
      causes.push(
        stops('pool-missing', {
          sentence: say('doctor.storagePoolDiskDoes', { pool: source.pool, targetDev, host: host.label }),
          repairs: await wayOut(),
        }),
      )
    } else if (pool.state === 'inactive') {
      causes.push(
        stops('pool-inactive', {
          sentence: say('doctor.storagePoolDiskNot', { pool: pool.name, targetDev }),
          repairs: [repairs.startPool(host.id, pool)],
        }),
      )
    } else if (!(await hasVolume(connection, pool.uuid, source.volume))) {
      causes.push(
        stops('volume-missing', {
          sentence: say('doctor.thereNoStoragePool', { volume: source.volume, pool: pool.name, targetDev }),
          repairs: await wayOut(),
        }),
      )
    }
  }
  return causes
}

async function hasVolume(connection: Examined['connection'], poolUuid: string, volume: string): Promise<boolean> {
  const pool = await connection.storagePoolLookupByUUID(poolUuid)
  const isThere = () =>
    pool.storageVolLookupByName(volume).then(
      () => true,
      (error: unknown) => {
        if (error instanceof LibvirtError && error.code === 'no-storage-vol') return false
        throw error
      },
    )
  if (await isThere()) return true
  await pool.refresh() // somebody may have put it there since libvirt looked
  return isThere()
}
