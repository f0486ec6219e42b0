import type { Cause } from '@strata/contract/doctor.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { closedPlaces, type ClosedPlace } from '../../storage/file-access.ts'
import type { QemuUser } from '../../storage/qemu-user.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'
import type { ExaminedImage } from '../../disk-images/image-chain.ts'

/** The user that runs QEMU may pass every folder on the way to every file, and open it. */
export async function checkFileAccess(examined: Examined): Promise<Cause[]> {
  const user = await examined.qemuUser()
  if (user === null) return []
  const causes = new Map<string, Cause>()
  for (const image of await examined.images()) {
    for (const [at, { path, presence }] of image.chain.entries()) {
      if (presence === 'missing') continue
      const right = at === 0 && !image.isReadOnly ? 'read-write' : 'read'
      for (const place of await closedPlaces(examined.host, path, right, user)) {
        // The system daemon makes the files of its guests theirs before it starts them; folders it never touches.
        if (place.kind === 'file' && examined.host.address.scope === 'system') continue
        if (!causes.has(place.path)) causes.set(place.path, closed(examined, image, path, place, user))
      }
    }
  }
  return [...causes.values()]
}

function closed(examined: Examined, image: ExaminedImage, filePath: string, place: ClosedPlace, user: QemuUser): Cause {
  const { host } = examined
  const who = say('doctor.whoRunsMachines', { user: user.name, host: host.label })
  const isFolder = place.kind === 'folder'
  const verb = place.right === 'read-write' ? say('doctor.writeTo') : 'read'
  return stops(isFolder ? 'folder-closed' : 'file-closed', {
    sentence: isFolder
      ? say('doctor.qemuMayNotRead', { filePath, targetDev: image.targetDev, path: place.path, who })
      : say('doctor.qemuMayNotDisk', { verb, filePath, targetDev: image.targetDev, who }),
    proof: say('doctor.modeBelongsUserUser', {
      path: place.path,
      mode: place.mode,
      ownerId: String(place.ownerId),
      user: user.name,
      userId: String(user.userId),
    }),
    repairs: [repairs.grantAccess(host, filePath, place, user), copying(examined, image)],
  })
}

/** A medium is copied and no harm done; the copy of a disk would be a second disk, so that stays the user's own act. */
function copying({ host, machine }: Examined, { isRemovable, targetDev, source, chain }: ExaminedImage): Repair | null {
  const pool = host.inventory.pools().find(({ state, type, availableBytes }) => {
    return state === 'running' && type === 'dir' && availableBytes > (chain[0]?.header?.virtualSizeBytes ?? 0)
  })
  if (!isRemovable || pool === undefined) return null
  return machineRepairs.copyIntoPool(machine, { targetDev, path: source }, pool)
}
