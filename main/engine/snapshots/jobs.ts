import type { JobRef, MachineRef } from '@strata/contract/references.ts'
import type { Snapshot, SnapshotList } from '@strata/contract/snapshots.ts'
import { LibvirtError, type DomainSnapshot } from 'node-libvirt'

import type { EngineParts } from '../engine-parts.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { SnapshotPictures } from './pictures.ts'
import { readPoints } from './read-points.ts'
import { nameProblem, suggestedName } from './suggested-name.ts'
import { takePoint } from './take.ts'

type Parts = Pick<EngineParts, 'hosts' | 'jobs' | 'folders'>

/** What is wrong with the wish is told at once; what goes wrong in doing it is the job's. */
export async function startTake(
  parts: Parts,
  { name, description, ...ref }: MachineRef & { name: string; description: string },
): Promise<JobRef> {
  const { host, machine, pictures } = partsOf(parts, ref)
  const problem = nameProblem(name)
  if (problem !== null) throw new StrataError('invalid-input', problem, { field: 'name' })
  const { snapshots, takeBlocked } = await listPoints(parts, ref)
  if (takeBlocked !== null) throw new StrataError('wrong-state', takeBlocked)
  if (snapshots.some((point) => point.name === name)) {
    throw new StrataError('already-exists', `“${machine.name}” already has a restore point “${name}”.`, {
      field: 'name',
    })
  }
  return parts.jobs.start(
    {
      kind: 'take-snapshot',
      title: `Take “${name}” of “${machine.name}”`,
      ...jobOf(ref),
      steps: [{ id: 'write', label: 'Write the restore point' }],
    },
    async (job) => {
      job.step('write')
      await host.slow((connection) =>
        takePoint(host, connection, machine, { name, description, automatic: false }, job, pictures),
      )
    },
  )
}

/** Going back loses what is now; with 'keep' that is kept first, as a point of its own. */
export async function startRevert(
  parts: Parts,
  { name, present, ...ref }: MachineRef & { name: string; present: 'keep' | 'discard' },
): Promise<JobRef> {
  const { host, machine, pictures } = partsOf(parts, ref)
  const list = await listPoints(parts, ref)
  const point = requirePoint(list, name)
  if (point.revertBlocked !== null) throw new StrataError('wrong-state', point.revertBlocked)
  if (present === 'keep' && list.takeBlocked !== null) {
    throw new StrataError('wrong-state', `The present cannot be kept: ${list.takeBlocked}`, { field: 'present' })
  }
  const kept = suggestedName(
    list.snapshots.map((each) => each.name),
    'Before going back',
  )
  const keepStep = present === 'keep' ? [{ id: 'keep', label: 'Keep the present' }] : []
  const steps = [...keepStep, { id: 'revert', label: `Go back to “${name}”` }]
  return parts.jobs.start(
    { kind: 'revert-snapshot', title: `Take “${machine.name}” back to “${name}”`, ...jobOf(ref), steps },
    async (job) => {
      await host.slow(async (connection) => {
        if (present === 'keep') {
          job.step('keep')
          const note = { automatic: true, description: `The state before going back to “${name}”.` }
          await takePoint(host, connection, machine, { name: kept, ...note }, job, pictures)
          // Only now: a point that this job did not make must not be removed by it. Lost between the two, it does no harm.
          await job.willUndo({ kind: 'delete-snapshot', ...ref, name: kept })
        }
        job.step('revert')
        const snapshot = await (await connection.domainLookupByUUID(ref.uuid)).snapshotLookupByName(name)
        await revert(snapshot, `“${machine.name}” could not be taken back to “${name}”.`)
      })
      await job.keep()
      await host.inventory.reloadMachine(ref.uuid)
      host.inventory.noteSnapshotsChanged(ref.uuid)
    },
  )
}

async function revert(snapshot: DomainSnapshot, sentence: string): Promise<void> {
  try {
    await snapshot.revert()
  } catch (error) {
    // libvirt asks whether QEMU may be started anew, as its devices differ from the point's. What runs is given up in any case.
    if (!(error instanceof LibvirtError) || error.code !== 'snapshot-revert-risky') throw toStrataError(error, sentence)
    await snapshot.revert(['force']).catch((forced: unknown) => {
      throw toStrataError(forced, sentence)
    })
  }
}

/** Its children stay, and hang on its parent then. */
export async function startRemove(parts: Parts, { name, ...ref }: MachineRef & { name: string }): Promise<JobRef> {
  const { host, machine, pictures } = partsOf(parts, ref)
  const point = requirePoint(await listPoints(parts, ref), name)
  if (point.removeBlocked !== null) throw new StrataError('wrong-state', point.removeBlocked)
  const steps = [{ id: 'remove', label: 'Remove the restore point' }]
  return parts.jobs.start(
    {
      kind: 'remove-snapshot',
      title: `Remove “${name}” of “${machine.name}”`,
      ...jobOf(ref),
      steps,
      cancellable: false,
    },
    async (job) => {
      job.step('remove')
      try {
        await host.slow(async (connection) => {
          await (await (await connection.domainLookupByUUID(ref.uuid)).snapshotLookupByName(name)).delete()
        })
      } catch (error) {
        throw toStrataError(error, `The restore point “${name}” could not be removed.`)
      }
      await pictures.remove(ref, name)
      host.inventory.noteSnapshotsChanged(ref.uuid)
    },
  )
}

export async function listPoints(parts: Parts, ref: MachineRef): Promise<SnapshotList> {
  const { host, machine, pictures } = partsOf(parts, ref)
  try {
    return await host.slow((connection) => readPoints(host, connection, machine, pictures))
  } catch (error) {
    throw toStrataError(error, `The restore points of “${machine.name}” could not be read.`)
  }
}

function partsOf({ hosts, folders }: Parts, ref: MachineRef) {
  const host = hosts.get(ref.hostId)
  return { host, machine: host.inventory.requireMachine(ref.uuid), pictures: new SnapshotPictures(folders.dataDir) }
}

const jobOf = ({ hostId, uuid }: MachineRef) => ({ hostId, machineUuid: uuid, cancellable: false })

function requirePoint({ snapshots }: SnapshotList, name: string): Snapshot {
  const point = snapshots.find((each) => each.name === name)
  if (point === undefined)
    throw new StrataError('not-found', `The restore point “${name}” is not there any more.`, { field: 'name' })
  return point
}
