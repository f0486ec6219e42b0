import { basename, dirname, extname, join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { freeName } from '../../storage/free-name.ts'
import type { Host } from '../../hosts/host.ts'
import type { JobControl } from '../../jobs/job-control.ts'
import type { UndoStep } from '../../jobs/undo.ts'
import { filesOf } from '../../hosts/place/files-of.ts'
import type { HostFiles } from '../../hosts/place/host-files.ts'
import { StrataError, systemCodeOf } from '../../strata-error.ts'

export interface WantedMove {
  readonly from: string
  readonly to: string
}

/**
 * Gives a file another name on its file system, which takes no room and no time; never over a file that is there.
 * Promised before: a job that does not succeed puts it back.
 * @returns false where the file system cannot; then nothing was done
 */
export async function moveFile(host: Host, { from, to }: WantedMove, job: JobControl): Promise<boolean> {
  const files = filesOf(host)
  const undo: UndoStep = {
    kind: 'put-back-file',
    hostId: host.id,
    path: to,
    originalPath: from,
    fileNumber: await fileNumber(files, from),
  }
  await job.willUndo(undo)
  try {
    await files.link(from, to) // unlike a rename, this replaces nothing
  } catch (error) {
    await job.willNotUndo(undo)
    if (systemCodeOf(error) === 'EEXIST') throw taken(to, error)
    if (systemCodeOf(error) === null) throw error
    return false
  }
  await files.remove(from)
  await lookAgain(host, [from, to])
  return true
}

/** What is at the new name goes back to the old one; where that is taken meanwhile, beside it. Nothing is ever replaced. */
export async function putBackFile(files: HostFiles, path: string, originalPath: string, number: string): Promise<void> {
  if ((await fileNumberOrNull(files, path)) !== number) return // never moved, or back already
  if ((await fileNumberOrNull(files, originalPath)) !== number) await linkBeside(files, path, originalPath)
  await files.remove(path)
}

async function linkBeside(files: HostFiles, path: string, wanted: string): Promise<void> {
  const ending = extname(wanted)
  const stem = basename(wanted, ending)
  const tried = new Set<string>()
  for (;;) {
    const name = `${freeName(stem, (each) => tried.has(each))}${ending}`
    try {
      await files.link(path, join(dirname(wanted), name))
      return
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error
      tried.add(basename(name, ending))
    }
  }
}

async function fileNumber(files: HostFiles, path: string): Promise<string> {
  const { identity } = await files.stat(path)
  if (identity === null) throw new StrataError('unsupported', say('imports.fileCannotToldHere', { path }))
  return identity.inode
}

async function fileNumberOrNull(files: HostFiles, path: string): Promise<string | null> {
  try {
    return await fileNumber(files, path)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
    return null
  }
}

/** Has the pools count again whose files changed behind libvirt. */
export async function lookAgain(host: Host, paths: readonly string[]): Promise<void> {
  const folders = new Set(paths.map((path) => dirname(path)))
  const pools = host.inventory
    .pools()
    .filter(({ path, state }) => path !== null && state === 'running' && folders.has(path))
  for (const pool of pools) {
    await host.slow(async (connection) => (await connection.storagePoolLookupByUUID(pool.uuid)).refresh())
    await host.inventory.reloadPool(pool.uuid)
  }
}

function taken(path: string, cause: unknown): StrataError {
  return new StrataError('already-exists', say('imports.thereAlreadyFile', { path }), { cause, field: 'name' })
}
