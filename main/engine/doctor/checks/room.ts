import { dirname } from 'node:path'

import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'

import { warns } from '../causes.ts'
import type { Examined } from '../examined.ts'

/** Less than this, and the first log of a system fills it. */
const littleRoomBytes = 64 * 1024 ** 2

/** Disks that grow as they are written have room to grow. */
export async function checkRoom({ images, files }: Examined): Promise<Cause[]> {
  if (files === null) return []
  const full = new Map<string, Cause>()
  for (const { chain, targetDev, isReadOnly } of await images()) {
    const [top] = chain
    if (top?.presence !== 'there' || isReadOnly || top.header?.format !== 'qcow2') continue
    const folder = dirname(top.path)
    const room = await files.room(folder).catch(() => null) // closed to us, and so not told
    if (room === null) continue
    const freeBytes = room.availableBytes
    if (freeBytes >= littleRoomBytes || full.has(folder)) continue
    full.set(
      folder,
      warns('disk-full', {
        sentence: say('doctor.diskCannotGrowFree', { targetDev, free: freeBytes, folder }),
        proof: say('doctor.mayGrow', { path: top.path, virtualSize: top.header.virtualSizeBytes ?? 0 }),
      }),
    )
  }
  return [...full.values()]
}
