import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { chown, copyFile, link, open, realpath, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { FileUsers } from '../disk-images/file-users.ts'
import { runImageTool, toolLimits } from '../disk-images/image-tool.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { JobRunner } from '../jobs/job-runner.ts'
import { runAsJob } from '../repairs/run-as-job.ts'
import { StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'
import { requireImage } from './image-repairs.ts'
import { requireClosed, requireUnused } from './require-unused.ts'

const run = { limits: toolLimits.mend, descriptors: [], sees: 'files' } as const
/** qemu-img's own words for: it was damaged, and all of it is mended now. 3: what is left costs room and no data. */
const mendedExitCodes = new Set([0, 3])

/**
 * Mends a copy of a damaged image, and puts it in the image's place only when it is whole. The image itself is never
 * written to: until then it lies where it was, and afterwards beside it, under a name of its own.
 */
export async function mendImage(
  host: Host,
  jobs: JobRunner,
  fileUsers: FileUsers,
  { uuid, path: named }: RepairActionOf<'mend-image'>,
): Promise<void> {
  await requireImage(host, uuid, named)
  const path = await realpath(named)
  await requireUnused(host, fileUsers, uuid, path)
  const title = say('repairActs.mendImage', { requireMachine: host.inventory.requireMachine(uuid).name })
  const steps = [
    { id: 'copy', label: say('repairActs.copyFirst') },
    { id: 'mend', label: say('repairActs.mendCopy') },
    { id: 'swap', label: say('repairActs.useMendedOne') },
  ]
  await runAsJob(jobs, { kind: 'mend-image', title, hostId: host.id, machineUuid: uuid, steps }, async (job) => {
    // A name that nobody else takes: what is promised to go must be what was made here.
    const copyPath = `${path}.being-mended-${randomUUID()}`
    await job.willUndo({
      kind: 'tell',
      sentence: say('repairActs.wholeEitherWayOr', { path }),
    })
    await job.willUndo({ kind: 'delete-file', path: copyPath })
    job.step('copy')
    await copyImage(path, copyPath)
    job.step('mend')
    await mend(path, copyPath, job)
    job.step('swap')
    await requireClosed(host, uuid, path)
    await swap(path, copyPath)
    await job.keep()
  })
}

async function copyImage(path: string, copyPath: string): Promise<void> {
  try {
    const { uid, gid } = await stat(path)
    await copyFile(path, copyPath, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    if (process.getuid?.() === 0) await chown(copyPath, uid, gid)
  } catch (error) {
    throw toStrataError(error, say('repairActs.couldNotCopiedBefore', { path }))
  }
}

async function mend(path: string, copyPath: string, { signal }: JobControl): Promise<void> {
  const failed = say('repairActs.couldNotMended', { path })
  const mending = await runImageTool(['check', '-q', '-f', 'qcow2', '-r', 'all', '--', copyPath], { ...run, signal })
  signal.throwIfAborted()
  if (mending.exitCode === null || !mendedExitCodes.has(mending.exitCode)) throw failure(failed, mending)
  const checking = await runImageTool(['check', '-q', '-f', 'qcow2', '--', copyPath], { ...run, signal })
  signal.throwIfAborted()
  if (checking.exitCode === null || !mendedExitCodes.has(checking.exitCode)) throw failure(failed, checking)
  await sync(copyPath)
}

function failure(sentence: Said, end: Awaited<ReturnType<typeof runImageTool>>): StrataError {
  return new StrataError('internal', sentence, {
    detail: end.timedOut ? 'It took too long.' : (end.errorText || end.outputText).trim(),
  })
}

/** At no moment is the place empty where the file system knows links; elsewhere both files are there under other names. */
async function swap(path: string, mendedPath: string): Promise<void> {
  try {
    await keepBeside(path)
    await rename(mendedPath, path)
    await sync(dirname(path))
  } catch (error) {
    throw toStrataError(error, say('repairActs.mendedImageCouldNot', { path }))
  }
}

async function keepBeside(path: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    const kept = `${path}.before-mending${number === 1 ? '' : `-${number}`}`
    try {
      await link(path, kept)
      return
    } catch (error) {
      const code = systemCodeOf(error)
      if (code === 'EEXIST') continue
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error
      await copyFile(path, kept, constants.COPYFILE_EXCL) // no links here
      await sync(kept)
      return
    }
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
