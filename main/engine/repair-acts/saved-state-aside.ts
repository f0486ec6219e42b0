import { link } from 'node:fs/promises'

import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'

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
      if (await domain.isActive()) throw new StrataError('wrong-state', say('repairActs.runningAlready', { name }))
      if (!(await domain.hasManagedSaveImage())) return
      if (folders !== null) await keep(savedStatePath(folders, name), host.kind)
      await domain.managedSaveRemove() // removes one name of the file; the other one stays
    })
  } catch (error) {
    throw toStrataError(error, say('repairActs.savedStateCouldNot', { name }))
  }
  await host.inventory.reloadMachine(uuid)
}

async function keep(path: string, kind: Host['kind']): Promise<void> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  try {
    await link(path, `${path}.aside-${stamp}`)
  } catch (error) {
    const code = systemCodeOf(error)
    // The system's folder: then it cannot be kept, and the button said so. In the user's own it has to be.
    if (kind === 'system' && (code === 'EACCES' || code === 'EPERM')) return
    if (code === 'ENOENT')
      throw new StrataError('not-found', say('repairActs.savedStateCouldNotKept', { path }), {
        cause: error,
      })
    throw error
  }
}
