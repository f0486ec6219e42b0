import { basename } from 'node:path'

import type { Examined } from './examined.ts'

const mostShown = 2

/** A file that could be the one that is lost, moved. */
export interface FoundFile {
  readonly path: string
  readonly poolName: string
}

/** Volumes of running pools that have a lost file's name. None that this machine has already. */
export async function sameNamed({ volumes, definition, host }: Examined, path: string): Promise<FoundFile[]> {
  const used = new Set(definition.devices.disks.map(({ source }) => source.file))
  const wanted = basename(path)
  return [...(await volumes()).values()]
    .filter((each) => basename(each.path) === wanted && each.path !== path && !used.has(each.path))
    .map((each) => ({ path: each.path, poolName: host.inventory.pool(each.poolUuid)?.name ?? '' }))
    .slice(0, mostShown)
}
