import { stat } from 'node:fs/promises'
import { basename } from 'node:path'

import { freeIsoName } from '../../storage/free-name.ts'
import { uploadIso } from '../../storage/place-media.ts'
import type { PlaceContext } from './placement.ts'
import { describeVolume, volumeOf } from '../../storage/read-media.ts'

/** The CD with drivers, where one is wanted: its path on the host. */
export async function placeDrivers(context: PlaceContext): Promise<string[]> {
  const { host, wanted, taken, job } = context
  const { driversMedia } = wanted
  if (driversMedia === null) return []
  if (driversMedia.kind === 'file') {
    const { path, use } = driversMedia
    if (use === 'in-place') return [path]
    const name = freeIsoName(basename(path), taken)
    const { size } = await stat(path)
    return [await uploadIso(host, { path, sizeBytes: size, poolUuid: wanted.poolUuid, name }, job)]
  }
  const volume = await host.slow(async (connection) =>
    describeVolume(await volumeOf(connection, driversMedia, 'driversMedia')),
  )
  return [volume.path]
}
