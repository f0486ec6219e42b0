import { link } from 'node:fs/promises'

import type { RepairActionOf } from '@strata/contract/repairs.ts'

import type { Host } from '../hosts/host.ts'
import { daemonFolders, savedStatePath } from '../machines/daemon-folders.ts'
import { StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'

/** Takes the saved state away from libvirt; where its folder is this user's, the file stays there under another name. */
export async function setSavedStateAside(
  host: Host,
  { uuid }: RepairActionOf<'set-saved-state-aside'>,
  homeDir: string,
): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  const folders = daemonFolders(host.kind, homeDir, process.env)
  try {
    await host.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(uuid)
      if (await domain.isActive()) throw new StrataError('wrong-state', `“${name}” is running already.`)
      if (!(await domain.hasManagedSaveImage())) return
      if (folders !== null) await keep(savedStatePath(folders, name))
      await domain.managedSaveRemove() // removes one name of the file; the other one stays
    })
  } catch (error) {
    throw toStrataError(error, `The saved state of “${name}” could not be set aside.`)
  }
  await host.inventory.reloadMachine(uuid)
}

async function keep(path: string): Promise<void> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  try {
    await link(path, `${path}.aside-${stamp}`)
  } catch (error) {
    const code = systemCodeOf(error)
    // Another user's folder: then it cannot be kept, and the button said so.
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOENT') throw error
  }
}
