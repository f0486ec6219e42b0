import { say } from '@strata/contract/words/say.ts'
import type { Connection } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import { fileIdentity } from '../disk-images/file-key.ts'
import type { EngineParts } from '../engine-parts.ts'
import { findMachine } from '../hosts/find-machine.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl, WantedJob } from '../jobs/job-control.ts'
import { forgetRecords } from '../machines/forget-records.ts'
import { isImage } from '../machines/plan-deletion.ts'
import { undefineMachine } from '../machines/undefine.ts'
import { deleteFiles } from '../storage/delete-file.ts'
import { StrataError } from '../strata-error.ts'
import type { TrashEntry } from './trash-entry.ts'

export type PurgeParts = Pick<EngineParts, 'hosts' | 'folders' | 'history' | 'fileUsers'>

export interface Purge {
  readonly entry: TrashEntry
  /** What to do where it cannot be known whether somebody needs the files. */
  readonly unseen: 'refuse' | 'accept'
  /** Called when everything is looked at, before the first thing is deleted. */
  readonly begin: () => Promise<void>
}

export function purgeJob(entry: TrashEntry): WantedJob {
  return {
    kind: 'purge-machine',
    title: say('trash.removeForGood', { name: entry.name }),
    hostId: entry.hostId,
    steps: [
      { id: 'check', label: say('trash.lookWhoElseUses') },
      { id: 'files', label: say('trash.deleteFiles') },
    ],
    cancellable: false,
  }
}

/** A machine that is defined again uses all of its files, so nothing of it is deleted. */
export class DefinedAgain extends StrataError {
  constructor({ name }: TrashEntry) {
    super('wrong-state', say('trash.machineAgainNothingDeleted', { name }))
  }
}

/**
 * Deletes what a machine in the trash left, except what somebody has come to need since. May be begun again after it was
 * cut short: what is gone already is gone.
 * @throws DefinedAgain
 */
export async function purgeMachine(parts: PurgeParts, purge: Purge, job: JobControl): Promise<void> {
  const { entry } = purge
  const host = parts.hosts.get(entry.hostId)
  job.step('check')
  await requireUndefined(host, entry)
  const stays = await filesThatStay(parts, host, purge)
  await purge.begin()
  job.step('files')
  await host.slow(async (connection) => {
    await deleteOwnState(connection, entry, stays)
    const disks = entry.files.filter(({ role, path }) => isImage(role) && !stays.has(path)).map(({ path }) => path)
    await deleteFiles(host, connection, disks)
  })
  await forgetRecords(parts, entry)
}

async function requireUndefined(host: Host, entry: TrashEntry): Promise<void> {
  const domain = await host.slow((connection) => findMachine(connection, entry.uuid))
  if (domain !== null && domain.name !== stateName(entry)) throw new DefinedAgain(entry)
}

async function filesThatStay({ fileUsers }: PurgeParts, host: Host, { entry, unseen }: Purge): Promise<Set<string>> {
  const paths = entry.files.map(({ path }) => path)
  const owner = { kind: 'trash', entryId: entry.id, name: entry.name } as const
  const itself = { kind: 'machine', hostId: entry.hostId, uuid: entry.uuid, name: entry.name } as const
  const uses = await fileUsers.ask({ host, paths, except: [owner, itself] })
  const [unknown] = uses.unseen
  if (unknown !== undefined && unseen === 'refuse') {
    throw new StrataError('busy', say('trash.staysTrashForNow', { name: entry.name, sentence: unknown.sentence }), {
      detail: uses.unseen.map(({ sentence }) => sentence.english).join('\n'),
    })
  }
  const stays = new Set<string>()
  for (const { path, identity } of entry.files) {
    const isAnother = identity !== null && identity !== (await fileIdentity(host, path))
    if (isAnother || (await uses.of(path)).length > 0) stays.add(path)
  }
  return stays
}

/** A name that nobody has, under which a machine is defined only so that what the daemon keeps for it can be deleted. */
const stateName = ({ id }: TrashEntry) => `strata-purge-${id}`

/**
 * The firmware's variables and the TPM's state lie in folders that only the daemon may enter. It deletes them together
 * with a definition: so the machine is defined once more, under another name, and undefined with them. What an earlier
 * try left defined is undefined first.
 */
async function deleteOwnState(connection: Connection, entry: TrashEntry, stays: ReadonlySet<string>): Promise<void> {
  const goes = (wanted: string) => entry.files.some(({ role, path }) => role === wanted && !stays.has(path))
  const variables = goes('firmware-variables') ? 'delete' : 'keep'
  const tpm = goes('tpm-state') ? 'delete' : 'keep'
  const left = await findMachine(connection, entry.uuid)
  if (variables === 'keep' && tpm === 'keep' && left === null) return
  const definition = DomainXml.parse(entry.definition)
  definition.name = stateName(entry)
  await undefineMachine(left ?? (await connection.domainDefineXML(definition.toString())), { variables, tpm })
}
