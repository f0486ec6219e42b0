import type { Machine } from '@strata/contract/machines.ts'

import type { Host } from '../../hosts/host.ts'
import { canonicalPath, volumesByPath } from '../../storage/used-files.ts'

/** The machines that have this file as a disk. */
export async function machinesUsing(host: Host, path: string): Promise<Machine[]> {
  const wanted = await canonicalPath(host, path)
  const users: Machine[] = []
  for (const machine of host.inventory.machines()) {
    const paths = await Promise.all(machine.diskPaths.map((each) => canonicalPath(host, each)))
    if (paths.includes(wanted)) users.push(machine)
  }
  return users
}

/** Images in the pools that hold only what differs from this one: they are lost when it changes. */
export async function imagesOver(host: Host, path: string): Promise<string[]> {
  const volumes = await host.slow((connection) => volumesByPath(connection))
  const over: string[] = []
  for (const { path: other, backingPath } of volumes.values())
    if (backingPath !== null && (await canonicalPath(host, backingPath)) === path) over.push(other)
  return over
}
