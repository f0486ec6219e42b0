import { basename } from 'node:path'

import type { FoundFile } from '../repairs/offered-for-machine.ts'
import type { Examined } from './examined.ts'

const mostShown = 2

/** Volumes of running pools that have a lost file's name. None that this machine has already. */
export async function sameNamed({ volumes, definition, host }: Examined, path: string): Promise<FoundFile[]> {
  const used = new Set(definition.devices.disks.map(({ source }) => source.file))
  const wanted = basename(path)
  return [...(await volumes()).values()]
    .filter((each) => basename(each.path) === wanted && each.path !== path && !used.has(each.path))
    .map((each) => ({ path: each.path, poolName: host.inventory.pool(each.poolUuid)?.name ?? '' }))
    .slice(0, mostShown)
}
