import type { Connection } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import type { EngineParts } from '../engine-parts.ts'
import { KeyStore } from '../guest-setup/keys/key-store.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl, WantedJob } from '../jobs/job-control.ts'
import { filesOfOthers } from '../machines/gather-deletion.ts'
import { isImage } from '../machines/plan-deletion.ts'
import { undefineMachine } from '../machines/undefine.ts'
import { SnapshotPictures } from '../snapshots/pictures.ts'
import { deleteFiles } from '../storage/delete-file.ts'
import { volumesByPath } from '../storage/list-volumes.ts'
import { isDefined } from './put-back.ts'
import type { TrashEntry } from './trash-entry.ts'

export function purgeJob(entry: TrashEntry): WantedJob {
  return {
    kind: 'purge-machine',
    title: `Remove “${entry.name}” for good`,
    hostId: entry.hostId,
    steps: [
      { id: 'check', label: 'Look who else uses the files' },
      { id: 'files', label: 'Delete the files' },
    ],
    cancellable: false,
  }
}

/** Deletes what a machine in the trash left, except what somebody has come to need since. */
export async function purgeMachine(
  parts: Pick<EngineParts, 'hosts' | 'folders' | 'history'>,
  entry: TrashEntry,
  job: JobControl,
): Promise<void> {
  const host = parts.hosts.get(entry.hostId)
  job.step('check')
  await host.slow(async (connection) => {
    const needed = await neededPaths(host, connection, entry)
    const isBack = await isDefined(connection, entry.uuid) // somebody defined it again by other means: all of it is in use
    job.step('files')
    if (isBack) return
    await deleteOwnState(connection, entry, needed, job)
    const disks = entry.files.filter(({ role, path }) => isImage(role) && !needed.has(path)).map(({ path }) => path)
    await deleteFiles(host, connection, disks)
    await new SnapshotPictures(parts.folders.dataDir).removeAll(entry)
    await parts.history.remove(entry)
    await new KeyStore(parts.folders.dataDir).forget(entry)
  })
}

async function neededPaths(host: Host, connection: Connection, entry: TrashEntry): Promise<Set<string>> {
  const own = new Set(entry.files.map(({ path }) => path))
  const volumes = await volumesByPath(connection)
  const others = await filesOfOthers(host, connection, null, volumes)
  const used = others.flatMap(({ images, nvramPath }) => [
    ...images.flatMap((image) => [image.path, ...image.backingPaths]),
    nvramPath,
  ])
  const below = [...volumes.values()].filter(({ path }) => !own.has(path)).map(({ backingPath }) => backingPath)
  return new Set([...used, ...below].filter((path) => path !== null))
}

/**
 * The firmware's variables and the TPM's state lie in folders that only the daemon may enter. It deletes them together
 * with a definition: so the machine is defined once more, under a name that nobody has, and undefined with them.
 */
async function deleteOwnState(
  connection: Connection,
  entry: TrashEntry,
  needed: ReadonlySet<string>,
  job: JobControl,
): Promise<void> {
  const state = entry.files.filter(
    ({ role, path }) => (role === 'firmware-variables' || role === 'tpm-state') && !needed.has(path),
  )
  if (state.length === 0) return
  const definition = DomainXml.parse(entry.definition)
  definition.name = `strata-purge-${entry.id}`
  await job.willUndo({ kind: 'undefine-machine', hostId: entry.hostId, uuid: entry.uuid })
  await undefineMachine(await connection.domainDefineXML(definition.toString()), 'delete')
}
