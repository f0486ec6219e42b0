import { dirname } from 'node:path'

import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { readImageHeader } from '../../disk-images/image-header.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'
import type { ChainLink, ExaminedImage } from '../../disk-images/image-chain.ts'
import type { FoundFile } from '../../repairs/offered-for-machine.ts'
import { sameNamed } from '../same-named.ts'

/** Every file of every disk is there, and every file below it. */
export async function checkImageFiles(examined: Examined): Promise<Cause[]> {
  const causes: Cause[] = []
  for (const image of await examined.images()) {
    const at = image.chain.findIndex(({ presence }) => presence === 'missing')
    const missing = image.chain[at]
    if (missing === undefined || (at === 0 && image.isOptional)) continue
    const above = image.chain[at - 1]
    if (above !== undefined) causes.push(await missingBelow(examined, image, above, missing))
    else causes.push(image.isRemovable ? await missingMedium(examined, image) : await missingDisk(examined, image))
  }
  return causes
}

async function missingMedium(examined: Examined, { targetDev, source }: ExaminedImage): Promise<Cause> {
  const { machine } = examined
  const found = await sameNamed(examined, source)
  return stops('medium-missing', {
    sentence: say('doctor.mediumDriveNotThere', { source, targetDev }),
    repairs: [
      ...found.map((each) => machineRepairs.relinkDisk(machine, targetDev, source, each)),
      repairs.ejectMedia(machine, targetDev),
    ],
  })
}

async function missingDisk(examined: Examined, { targetDev, source }: ExaminedImage): Promise<Cause> {
  const { machine, host } = examined
  const found = await sameNamed(examined, source)
  // A pool that is mounted when it starts has its files only then.
  const pool = host.inventory
    .pools()
    .find(({ path, state, type }) => path === dirname(source) && state === 'inactive' && type !== 'dir')
  return stops('disk-missing', {
    sentence: say('doctor.fileDiskNotThere', { targetDev, source }),
    proof: found.length > 0 ? say('doctor.fileSameName', { found: found.map(({ path }) => path) }) : null,
    repairs: [
      pool === undefined ? null : repairs.startPool(host.id, pool),
      ...found.map((each) => machineRepairs.relinkDisk(machine, targetDev, source, each)),
      machineRepairs.detachDisk(machine, targetDev, source),
    ],
  })
}

async function missingBelow(
  examined: Examined,
  { targetDev, source, isRemovable }: ExaminedImage,
  above: ChainLink,
  missing: ChainLink,
): Promise<Cause> {
  const { machine } = examined
  const found = await sameNamed(examined, missing.path)
  const relinks = await Promise.all(found.map((each) => relink(examined, above, missing, each)))
  return stops('backing-missing', {
    sentence: say('doctor.diskBuiltNotThere', { targetDev, path: missing.path }),
    proof: say('doctor.namesImageBelow', { path: above.path, missingPath: missing.path }),
    repairs: [...relinks, isRemovable ? null : machineRepairs.detachDisk(machine, targetDev, source)],
  })
}

/** Only an image of the format that was recorded, and no larger than what is built on it, can be the one that is lost. */
async function relink(
  { machine, files }: Examined,
  above: ChainLink,
  missing: ChainLink,
  { path, poolName }: FoundFile,
) {
  const header = files === null ? null : await readImageHeader(files, path)
  if (header === null || (missing.saidFormat !== null && missing.saidFormat !== header.format)) return null
  const [size, limit] = [header.virtualSizeBytes, above.header?.virtualSizeBytes ?? null]
  if (size !== null && limit !== null && size > limit) return null
  const image = { path: above.path, backingPath: path, backingFormat: header.format }
  return machineRepairs.rebaseImage(machine, image, { kind: 'moved', poolName })
}
