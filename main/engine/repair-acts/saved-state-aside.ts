import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../hosts/host.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import { daemonFolders, savedStatePath } from '../machines/daemon-folders.ts'
import { StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'

/** Takes the saved state away from libvirt; where its folder is this user's, the file stays there under another name. */
export async function setSavedStateAside(host: Host, { uuid }: RepairActionOf<'set-saved-state-aside'>): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  const folders = daemonFolders(host)
  try {
    await host.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(uuid)
      if (await domain.isActive()) throw new StrataError('wrong-state', say('repairActs.runningAlready', { name }))
      if (!(await domain.hasManagedSaveImage())) return
      if (folders !== null && host.files !== null)
        await keep(host.files, savedStatePath(folders, name), host.address.scope)
      await domain.managedSaveRemove() // removes one name of the file; the other one stays
    })
  } catch (error) {
    throw toStrataError(error, say('repairActs.savedStateCouldNot', { name }))
  }
  await host.inventory.reloadMachine(uuid)
}

async function keep(files: HostFiles, path: string, scope: Host['address']['scope']): Promise<void> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  try {
    await files.link(path, `${path}.aside-${stamp}`)
  } catch (error) {
    const code = systemCodeOf(error)
    // The system's folder: then it cannot be kept, and the button said so. In the user's own it has to be.
    if (scope === 'system' && (code === 'EACCES' || code === 'EPERM')) return
    if (code === 'ENOENT')
      throw new StrataError('not-found', say('repairActs.savedStateCouldNotKept', { path }), {
        cause: error,
      })
    throw error
  }
}
