import type { NewDisk } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { explainWrite } from '../../storage/out-of-space.ts'
import { StrataError } from '../../strata-error.ts'
import { diskName, freeDiskStem } from '../../storage/free-name.ts'
import type { PlacedDisk } from '../definition/definition.ts'
import { describeVolume, volumeOf } from '../../storage/read-media.ts'
import { makeVolume, type NewVolume } from '../../storage/place-media.ts'
import type { PlaceContext } from './placement.ts'

/** The empty disk that a system is installed on. */
export async function makeOwnDisk(context: PlaceContext, capacityBytes: number): Promise<PlacedDisk> {
  const { wanted, stem } = context
  return {
    ...(await makeEmptyDisk(context, {
      poolUuid: wanted.poolUuid,
      name: diskName(stem),
      capacityBytes,
      allocation: wanted.disk.allocation,
    })),
    ...wanted.disk,
  }
}

/** Disks beside the first: new ones, and images that lie in a pool already. */
export async function placeFurtherDisks(context: PlaceContext): Promise<PlacedDisk[]> {
  const disks: PlacedDisk[] = []
  const taken = new Set([...context.taken, diskName(context.stem)])
  for (const [index, wanted] of context.wanted.moreDisks.entries()) {
    if (wanted.kind === 'existing') {
      disks.push(await existingDisk(context, wanted))
      continue
    }
    const name = diskName(freeDiskStem(`${context.stem}-${index + 2}`, taken))
    taken.add(name)
    const { poolUuid, capacityBytes, allocation } = wanted
    disks.push({ ...wanted, ...(await makeEmptyDisk(context, { poolUuid, name, capacityBytes, allocation })) })
  }
  return disks
}

async function makeEmptyDisk(
  { host, wanted, job }: PlaceContext,
  disk: Pick<NewVolume, 'poolUuid' | 'name' | 'capacityBytes' | 'allocation'>,
): Promise<Pick<PlacedDisk, 'path' | 'type' | 'format'>> {
  const volume: NewVolume = { ...disk, hostId: host.id, format: 'qcow2' }
  return host.slow(async (connection) => {
    try {
      const pool = await connection.storagePoolLookupByUUID(disk.poolUuid)
      return { path: await (await makeVolume(pool, volume, job)).getPath(), type: 'file', format: 'qcow2' }
    } catch (error) {
      throw await explainWrite(
        error,
        host,
        connection,
        disk.poolUuid,
        say('create.diskCouldNotMade', { name: wanted.name }),
      )
    }
  })
}

async function existingDisk(
  { host }: PlaceContext,
  { poolUuid, volumeName, bus, cache }: Extract<NewDisk, { kind: 'existing' }>,
): Promise<PlacedDisk> {
  const { path, format } = await host.slow(async (connection) =>
    describeVolume(await volumeOf(connection, { poolUuid, name: volumeName }, 'moreDisks')),
  )
  if (format !== 'qcow2' && format !== 'raw') {
    throw new StrataError(
      'unsupported',
      say('create.imageImportedFirst', { volumeName, format: format ?? 'strange' }),
      {
        field: 'moreDisks',
      },
    )
  }
  const isDevice = host.inventory.pool(poolUuid)?.type === 'logical' || path.startsWith('/dev/')
  return { path, type: isDevice ? 'block' : 'file', format, bus, cache, allocation: 'thin' }
}
