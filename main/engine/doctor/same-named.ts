import { basename } from 'node:path'

import type { Examined } from './examined.ts'

const mostShown = 2

/** Volumes of running pools that have a lost file's name, and could be it, moved. None that this machine has already. */
export async function sameNamed({ volumes, definition }: Examined, path: string): Promise<string[]> {
  const used = new Set(definition.devices.disks.map(({ source }) => source.file))
  const wanted = basename(path)
  const found = [...(await volumes()).values()].filter((each) => basename(each.path) === wanted && each.path !== path)
  return found
    .map((volume) => volume.path)
    .filter((each) => !used.has(each))
    .slice(0, mostShown)
}
