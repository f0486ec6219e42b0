import type { DeletionChoice, DeletionFile, Machine } from '@strata/contract/machines.ts'
import type { JobRef, MachineRef } from '@strata/contract/references.ts'
import type { Connection, Domain } from 'node-libvirt'

import type { EngineParts } from '../engine-parts.ts'
import { KeyStore } from '../guest-setup/keys/key-store.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl, WantedJob } from '../jobs/job-control.ts'
import { SnapshotPictures } from '../snapshots/pictures.ts'
import { deleteFiles } from '../storage/delete-file.ts'
import { StrataError } from '../strata-error.ts'
import { describeMachine } from './describe-machine.ts'
import { trashUnavailable } from './deletion-plan.ts'
import { daemonFolders } from './daemon-folders.ts'
import { gatherDeletion } from './gather-deletion.ts'
import { isImage, planDeletion } from './plan-deletion.ts'
import { undefineMachine } from './undefine.ts'

type Parts = Pick<EngineParts, 'hosts' | 'jobs' | 'folders' | 'trash' | 'history'>

/** Deletes a machine, as the user confirmed it: one that runs is forced off first. */
export function removeMachine(parts: Parts, ref: MachineRef, choice: DeletionChoice): JobRef {
  const host = parts.hosts.get(ref.hostId)
  const machine = host.inventory.requireMachine(ref.uuid)
  if (choice === 'trash') requireTrash(machine)
  return parts.jobs.start(removalJob(machine, choice), (job) => remove(parts, host, machine, choice, job))
}

function requireTrash(machine: Machine): void {
  const reason = trashUnavailable(machine)
  if (reason !== null) throw new StrataError('wrong-state', reason, { field: 'choice' })
}

function removalJob({ hostId, uuid, name }: Machine, choice: DeletionChoice): WantedJob {
  return {
    kind: 'remove-machine',
    title: choice === 'trash' ? `Move “${name}” to the trash` : `Delete “${name}”`,
    hostId,
    machineUuid: uuid,
    steps: [
      { id: 'stop', label: 'Force off' },
      { id: 'undefine', label: choice === 'trash' ? 'Keep the definition in the trash' : 'Remove the definition' },
      ...(choice === 'delete-disks' ? [{ id: 'files', label: 'Delete the disks' }] : []),
    ],
    cancellable: false, // half a deletion is worth nothing to anybody
  }
}

async function remove(
  parts: Parts,
  host: Host,
  machine: Machine,
  choice: DeletionChoice,
  job: JobControl,
): Promise<void> {
  // What belongs to it is looked up now and not taken from an earlier answer: somebody may have come to use a disk since.
  const files = planDeletion(
    await gatherDeletion(host, machine, daemonFolders(host.kind, parts.folders.homeDir, process.env)),
  )
  const own = files.filter((file) => file.fate === 'delete')
  await host.slow(async (connection) => {
    const domain = await connection.domainLookupByUUID(machine.uuid)
    const isPersistent = await domain.isPersistent()
    await forceOff(domain, job)
    job.step('undefine')
    if (choice === 'trash') await moveToTrash(parts, domain, machine, own)
    else if (isPersistent) await undefineMachine(domain, 'delete')
    if (choice === 'delete-disks') await deleteDisks(host, connection, own, job)
  })
  if (choice === 'trash') return
  await new SnapshotPictures(parts.folders.dataDir).removeAll(machine)
  await parts.history.remove(machine)
  await new KeyStore(parts.folders.dataDir).forget(machine)
}

async function forceOff(domain: Domain, job: JobControl): Promise<void> {
  if (!(await domain.isActive())) return
  job.step('stop')
  await domain.destroy()
}

async function moveToTrash(
  { trash }: Parts,
  domain: Domain,
  machine: Machine,
  own: readonly DeletionFile[],
): Promise<void> {
  const nvramPath = own.find(({ role }) => role === 'firmware-variables')?.path ?? null
  const { hostId, uuid, name } = machine
  const files = own.map(({ path, role, allocationBytes }) => ({ path, role, allocationBytes }))
  // First written down, then forgotten by libvirt: whatever happens in between, nothing is lost.
  const entry = await trash.add({ hostId, uuid, name, files, ...(await describeMachine(domain, nvramPath)) })
  try {
    await undefineMachine(domain, 'keep')
  } catch (error) {
    await trash.remove(entry.id)
    throw error
  }
}

async function deleteDisks(
  host: Host,
  connection: Connection,
  own: readonly DeletionFile[],
  job: JobControl,
): Promise<void> {
  job.step('files')
  // The other roles went with the definition.
  const disks = own.filter(({ role }) => isImage(role)).map(({ path }) => path)
  await deleteFiles(host, connection, disks)
}
