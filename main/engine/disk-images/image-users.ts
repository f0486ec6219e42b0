import type { Machine } from '@strata/contract/machines.ts'

import type { Host } from '../hosts/host.ts'
import { canonicalPath, filesAreHere } from '../hosts/files-here.ts'
import { readBackingPath } from './image-header.ts'
import { volumesByPath } from '../storage/list-volumes.ts'

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

/** Images that hold only what differs from this one: they are lost when it changes. In the pools, and below machines. */
export async function imagesOver(host: Host, path: string): Promise<string[]> {
  const volumes = await host.slow((connection) => volumesByPath(connection))
  const over = new Set<string>()
  for (const { path: other, backingPath } of volumes.values())
    if (backingPath !== null && (await canonicalPath(host, backingPath)) === path) over.add(other)
  if (!filesAreHere(host)) return [...over]
  for (const disk of host.inventory.machines().flatMap(({ diskPaths }) => diskPaths))
    if (!volumes.has(disk) && (await standsOn(host, disk, path))) over.add(disk)
  return [...over]
}

/** Longer chains are no honest ones, and a circle would have no end. */
const longestChain = 64

/** Whether an image has this one anywhere below it. @param path without links */
export async function standsOn(host: Host, disk: string, path: string): Promise<boolean> {
  let below = await readBackingPath(disk)
  for (let depth = 0; below !== null && depth < longestChain; depth += 1) {
    if ((await canonicalPath(host, below)) === path) return true
    below = await readBackingPath(below)
  }
  return false
}
