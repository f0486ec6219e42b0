import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { LibvirtError, type Domain, type StoragePool, type StorageVolume } from 'node-libvirt'

import type { Claims, FileClaim, FileOwner } from '../disk-images/file-claim.ts'
import { whyNeeded } from '../disk-images/file-use-words.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { Host } from '../hosts/host.ts'
import { lookAgain, putBackFile } from '../imports/disk-image/moved-file.ts'
import type { StepsOfJob } from '../jobs/job-runner.ts'
import type { StrangeJournal } from '../jobs/strange-journals.ts'
import type { UndoContext, UndoHandlers, UndoMark, UndoOutcome, UndoStep } from '../jobs/undo.ts'
import { deleteOwnState, undefineMachine } from '../machines/undefine.ts'
import { factsOrNull, filesOf } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import { finishRevert } from '../snapshots/finish-revert.ts'

type Seen = Omit<UndoMark, 'isSealed'>
type VolumeStep = Extract<UndoStep, { kind: 'delete-volume' }>

/** What an image that was only just made takes at most: its header and tables, with nothing in it. */
const emptyBytes = 1024 ** 2

/** How each thing that a job made is taken back. What is not there (any more) is taken back already. */
export function undoHandlers(hosts: HostRegistry, fileUsers: FileUsers, dataDir: string): UndoHandlers {
  /** Waits in the host's queue for slow calls. */
  const withDomain = (hostId: string, uuid: string, work: (domain: Domain) => Promise<UndoOutcome>) =>
    unlessGone(() => hosts.get(hostId).slow(async (connection) => work(await connection.domainLookupByUUID(uuid))))
  const identify = identifier(hosts)

  return {
    'delete-volume': async (step, context) => {
      const host = hosts.get(step.hostId)
      const went = await unlessGone(() => deleteVolume(host, fileUsers, step, context))
      await host.inventory.reloadPool(step.poolUuid)
      return went
    },
    // The UUID was made for this machine; whether it has become somebody's is told by its state and its disks.
    'undefine-machine': ({ hostId, uuid }, context) =>
      withDomain(hostId, uuid, async (domain) => {
        if (await domain.isActive()) return { kept: say('create.runningStays', { domain: domain.name }) }
        if (context.isLater && (await hasRun(identify, context)))
          return { kept: say('create.runSinceStays', { domain: domain.name }) }
        return undefineMachine(domain, deleteOwnState)
      }),
    'destroy-machine': ({ hostId, uuid }, { isLater }) =>
      withDomain(hostId, uuid, async (domain) => {
        if (!(await domain.isActive())) return undefined
        // Its guest has been at work since: it is nobody's leftover any more.
        if (isLater) return { kept: say('create.runningNotForcedOff', { domain: domain.name }) }
        return domain.destroy()
      }),
    // Promised by earlier versions for a point that kept the present before going back. It stays.
    'delete-snapshot': () => Promise.resolve(),
    'delete-file': async ({ path }, { mark }) => {
      if (mark !== null && (await markOfFile(ownFiles, path))?.identity !== mark.identity) return
      await rm(path, { force: true })
    },
    'put-back-file': async ({ hostId, path, originalPath, fileNumber }) => {
      await putBackFile(filesOf(hosts.get(hostId)), path, originalPath, fileNumber)
      await lookAgain(hosts.get(hostId), [path, originalPath])
    },
    'finish-revert': async ({ hostId, uuid, name, sentence }, { isLater }) => {
      if (!isLater) return undefined // the job itself has told what became of it
      const host = hosts.get(hostId)
      if (!(await finishRevert(host, dataDir, { uuid, name }))) return { kept: sentence }
      await host.inventory.reloadMachine(uuid)
      return { kept: say('create.cameAllSameDisks', { name }) }
    },
    // Who sees the job fail is told by its error; after the engine's death only this is left.
    tell: ({ sentence }, { isLater }) => Promise.resolve(isLater ? { kept: sentence } : undefined),
  }
}

/** Tells what a job has made from whatever takes its name later. */
export function identifier(hosts: HostRegistry): (step: UndoStep) => Promise<Seen | null> {
  return async (step) => {
    if (step.kind === 'delete-file') return markOfFile(ownFiles, step.path)
    if (step.kind !== 'delete-volume') return null // a UUID, or a file's number, tells enough
    return hosts.get(step.hostId).slow(async (connection) => {
      try {
        const pool = await connection.storagePoolLookupByUUID(step.poolUuid)
        return await markOfVolume(hosts.get(step.hostId), await findVolume(pool, step.name))
      } catch (error) {
        if (error instanceof LibvirtError && goneCodes.has(error.code)) return null
        throw error
      }
    })
  }
}

/** The files that jobs may still take back, or put back. */
export function claimsOfJobs(hosts: HostRegistry, jobs: readonly StepsOfJob[]): Claims {
  const claims: FileClaim[] = []
  for (const { jobId, title, steps } of jobs) {
    const owner = { kind: 'job', jobId, title } as const
    for (const step of steps) {
      if (step.kind === 'put-back-file') {
        for (const path of [step.path, step.originalPath])
          claims.push({ hostId: step.hostId, owner, path, role: 'disk' })
      } else if (step.kind === 'delete-volume') {
        claims.push(...claimsOfVolume(hosts, owner, step))
      }
    }
  }
  return { claims, unseen: [] }
}

/** What is named by the notes of a later version's jobs. */
export function claimsOfStrangeJournals(hosts: HostRegistry, journals: readonly StrangeJournal[]): Claims {
  const claims: FileClaim[] = []
  for (const { jobId, title, paths, volumes } of journals) {
    const owner = { kind: 'job', jobId, title } as const
    for (const { id: hostId } of hosts.all())
      for (const path of paths) claims.push({ hostId, owner, path, role: 'disk' })
    for (const volume of volumes) claims.push(...claimsOfVolume(hosts, owner, volume))
  }
  return { claims, unseen: [] }
}

/** None: its host or pool is not known now, and so is not where it lies. */
function claimsOfVolume(
  hosts: HostRegistry,
  owner: FileOwner,
  { hostId, poolUuid, name }: Omit<VolumeStep, 'kind'>,
): FileClaim[] {
  const folder = hosts.find(hostId)?.inventory.pool(poolUuid)?.path ?? null
  return folder === null ? [] : [{ hostId, owner, path: join(folder, name), role: 'disk' }]
}

async function deleteVolume(
  host: Host,
  fileUsers: FileUsers,
  { poolUuid, name }: VolumeStep,
  { mark, isLater, jobId }: UndoContext,
): Promise<UndoOutcome> {
  const volume = await host.slow(async (connection) =>
    findVolume(await connection.storagePoolLookupByUUID(poolUuid), name),
  )
  const path = await volume.getPath()
  const now = await markOfVolume(host, volume)
  if (mark !== null && now.identity !== mark.identity) return { kept: say('create.staysNotFileMade', { path }) }
  // It was written to after the job had done with it, by a guest or by somebody else.
  if (isLater && mark?.isSealed === true && mark.modifiedAt !== now.modifiedAt)
    return { kept: say('create.staysWrittenSince', { path }) }
  // The job ended before it could tell which file it had made: somebody else may have made one of that name.
  if (mark === null && (await volume.getInfo()).allocationBytes > emptyBytes)
    return { kept: say('create.staysNotKnownWhether', { path }) }
  const uses = await fileUsers.ask({ host, paths: [path], except: [{ kind: 'job', jobId, title: unkeyed('') }] })
  const [use] = await uses.of(path)
  if (use !== undefined) return { kept: say('create.stays', { path, whyNeeded: whyNeeded(use) }) }
  // A file that this job made and marked is nobody else's for what cannot be seen; any other could be.
  const [unseen] = uses.unseen
  if (unseen !== undefined && (mark === null || isLater))
    return { kept: say('create.stays2', { path, sentence: unseen.sentence }) }
  await volume.delete()
}

/** Whether one of the disks was written to after the job had done with it. */
async function hasRun(identify: ReturnType<typeof identifier>, { others }: UndoContext): Promise<boolean> {
  for (const { step, mark } of others) {
    if (step.kind !== 'delete-volume' || mark?.isSealed !== true) continue
    const now = await identify(step)
    if (now !== null && now.modifiedAt !== mark.modifiedAt) return true
  }
  return false
}

async function markOfVolume(host: Host, volume: StorageVolume): Promise<Seen> {
  const path = await volume.getPath()
  return (host.files === null ? null : await markOfFile(host.files, path)) ?? { identity: null, modifiedAt: null }
}

/** Null: it is not there, or cannot be told from others. */
async function markOfFile(files: HostFiles, path: string): Promise<Seen | null> {
  const facts = await factsOrNull(files, path)
  if (facts?.identity == null) return null
  const { device, inode, bornNs } = facts.identity
  return { identity: `${device}:${inode}:${bornNs}`, modifiedAt: String(facts.writtenAtNs) }
}

/** A daemon that died in the middle may not have seen the volume yet. */
async function findVolume(pool: StoragePool, name: string): Promise<StorageVolume> {
  try {
    return await pool.storageVolLookupByName(name)
  } catch (error) {
    if (!(error instanceof LibvirtError) || error.code !== 'no-storage-vol') throw error
    await pool.refresh()
    return pool.storageVolLookupByName(name)
  }
}

const goneCodes = new Set(['no-domain', 'no-domain-snapshot', 'no-storage-vol', 'no-storage-pool'])

async function unlessGone(work: () => Promise<UndoOutcome>): Promise<UndoOutcome> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof LibvirtError) || !goneCodes.has(error.code)) throw error
  }
}
