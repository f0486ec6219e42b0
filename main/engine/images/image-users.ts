import type { Connection } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { backingPaths, filesOfOthers } from '../machines/gather-deletion.ts'
import { chainBelow } from '../machines/plan-deletion.ts'
import { canonicalPath } from '../hosts/files-here.ts'
import { volumesByPath } from '../storage/list-volumes.ts'

/**
 * Who builds on each of these images: the names of machines, and of images that belong to no machine (in the trash, or
 * made by another program). Read from definitions, running guests and backing chains each time: there is nothing to
 * count wrongly.
 */
export async function imageUsers(
  host: Host,
  connection: Connection,
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const users = new Map(paths.map((path) => [path, new Set<string>()]))
  if (paths.length === 0) return new Map()
  const asked = new Map(await Promise.all(paths.map(async (path) => [await canonicalPath(host, path), path] as const)))
  const volumes = await volumesByPath(connection)
  const machines = await filesOfOthers(host, connection, null, volumes)
  const backingPathOf = await backingPaths(host, machines, volumes)
  const note = (path: string, user: string) => users.get(asked.get(path) ?? '')?.add(user)

  const owned = new Set<string>()
  for (const { name, images } of machines) {
    for (const image of images) {
      for (const path of [image.path, ...chainBelow(image, { backingPathOf })]) {
        owned.add(path)
        note(path, name)
      }
    }
  }
  for (const { path, name } of volumes.values()) {
    if (owned.has(path)) continue
    for (const base of chainBelow({ path, backingPaths: [] }, { backingPathOf })) note(base, name)
  }
  return new Map([...users].map(([path, names]) => [path, [...names].sort()]))
}
