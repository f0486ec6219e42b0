import type { Machine } from '@strata/contract/machines.ts'

import type { Host } from '../hosts/host.ts'
import { canonicalPath } from '../hosts/place/files-of.ts'

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
