import type { DeletionChoice, DeletionFile, Machine } from '@strata/contract/machines.ts'
import type { JobRef, MachineRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Domain } from 'node-libvirt'

import { fileIdentity } from '../disk-images/file-key.ts'
import type { EngineParts } from '../engine-parts.ts'
import { isDefined } from '../hosts/find-machine.ts'
import type { Host } from '../hosts/host.ts'
import { lookWhenBack } from '../hosts/look-when-back.ts'
import type { JobControl, WantedJob } from '../jobs/job-control.ts'
import { StrataError } from '../strata-error.ts'
import { daemonFolders } from './daemon-folders.ts'
import { trashUnavailable } from './deletion-plan.ts'
import { describeMachine } from './describe-machine.ts'
import { forgetRecords } from './forget-records.ts'
import { gatherDeletion } from './gather-deletion.ts'
import { planDeletion } from './plan-deletion.ts'
import { keepOwnState, undefineMachine } from './undefine.ts'

type Parts = Pick<EngineParts, 'hosts' | 'jobs' | 'folders' | 'trash' | 'history' | 'fileUsers'>

export interface Removal {
  readonly choice: DeletionChoice
  /** Files that do not go by themselves, and that the user has named. */
  readonly alsoDelete: readonly string[]
}

/** Deletes a machine, as the user confirmed it: one that runs is forced off first. */
export function removeMachine(parts: Parts, ref: MachineRef, removal: Removal): JobRef {
  const host = parts.hosts.get(ref.hostId)
  const machine = host.inventory.requireMachine(ref.uuid)
  return parts.jobs.start(removalJob(machine, removal.choice), (job) => remove(parts, host, machine, removal, job))
}

function removalJob({ hostId, uuid, name }: Machine, choice: DeletionChoice): WantedJob {
  return {
    kind: 'remove-machine',
    title: choice === 'trash' ? say('machines.moveTrash', { name }) : say('machines.delete', { name }),
    hostId,
    machineUuid: uuid,
    steps: [
      { id: 'stop', label: say('machines.forceOff') },
      {
        id: 'undefine',
        label: choice === 'trash' ? say('machines.keepDefinitionTrash') : say('machines.removeDefinition'),
      },
      ...(choice === 'delete-disks' ? [{ id: 'files', label: say('machines.deleteDisks') }] : []),
    ],
    cancellable: false, // half a deletion is worth nothing to anybody
  }
}

async function remove(
  parts: Parts,
  host: Host,
  machine: Machine,
  { choice, alsoDelete }: Removal,
  job: JobControl,
): Promise<void> {
  if (choice === 'trash') {
    const reason = await trashUnavailable(host, machine)
    if (reason !== null) throw new StrataError('wrong-state', reason, { field: 'choice' })
  }
  // What belongs to it is looked up now and not taken from an earlier answer: somebody may have come to use a disk since.
  const folders = daemonFolders(host)
  const ground = await gatherDeletion(parts, host, machine, folders)
  const own = planDeletion(ground).filter(
    ({ fate, path }) => fate === 'delete' || (fate === 'ask' && alsoDelete.includes(path)),
  )
  const thrown = await host.slow(async (connection) => {
    const domain = await connection.domainLookupByUUID(machine.uuid)
    const described = choice === 'keep-disks' ? null : await describe(host, domain, machine, own)
    await forceOff(domain, job)
    return described
  })
  job.step('undefine')
  const imagePaths = ground.machine.images.map(({ path }) => path)
  if (thrown === null) return keepDisks(parts, host, machine)
  if (choice === 'trash') return parts.trash.takeIn({ ...thrown, imagePaths })
  await parts.trash.deleteNow({ ...thrown, imagePaths }, job, () => {
    job.step('files')
  })
}

async function forceOff(domain: Domain, job: JobControl): Promise<void> {
  if (!(await domain.isActive())) return
  job.step('stop')
  await domain.destroy()
}

async function describe(host: Host, domain: Domain, machine: Machine, own: readonly DeletionFile[]) {
  const nvramPath = own.find(({ role }) => role === 'firmware-variables')?.path ?? null
  const { hostId, uuid, name } = machine
  const files = await Promise.all(
    own
      .filter(({ role }) => role !== 'saved-state') // goes with the definition
      .map(async ({ path, role, allocationBytes }) => ({
        ...{ path, role, allocationBytes },
        identity: await fileIdentity(host, path),
      })),
  )
  return { hostId, uuid, name, files, ...(await describeMachine(domain, nvramPath)) }
}

/** The definition goes; all that a new machine on these disks would need stays: disks, firmware variables, the TPM's state. */
async function keepDisks(parts: Parts, host: Host, machine: Machine): Promise<void> {
  await parts.trash.forgetMachine(machine)
  try {
    await host.slow(async (connection) => {
      if (!(await isDefined(connection, machine.uuid))) return
      await undefineMachine(await connection.domainLookupByUUID(machine.uuid), keepOwnState)
    })
  } catch (error) {
    const look = await lookWhenBack(host, (connection) => isDefined(connection, machine.uuid))
    if (look === null || look.found) throw error
  }
  await forgetRecords(parts, machine)
}
