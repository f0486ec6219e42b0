import { constants } from 'node:fs'
import { copyFile, rm, stat } from 'node:fs/promises'

import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { DomainXml } from 'node-libvirt/xml'

import { examineImages, type ChainLink } from '../disk-images/image-chain.ts'
import { freeName } from '../storage/free-name.ts'
import type { Host } from '../hosts/host.ts'
import { runImageTool, toolLimits, type ToolLimits } from '../disk-images/image-tool.ts'
import { givenPath, withOpenFile } from '../disk-images/open-image.ts'
import { isThere } from '../this-computer/surroundings.ts'
import type { JobRunner } from '../jobs/job-runner.ts'
import { readImageHeader } from '../disk-images/image-header.ts'
import { filesAreHere } from '../hosts/files-here.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { runAsJob } from '../repairs/run-as-job.ts'

/** qemu-img's own words for: it was damaged, and all of it is mended now. */
const mendedExitCodes = new Set([0, 3])

/** Writes into an image which file lies below it. QEMU's own lock refuses it while a guest uses the image. */
export async function rebaseImage(host: Host, action: RepairActionOf<'rebase-image'>): Promise<void> {
  const { path, backingPath, backingFormat } = action
  await requireImage(host, action.uuid, path)
  const failed = `${path} could not be told what it is built on.`
  const below = await readImageHeader(backingPath)
  if (below === null) throw new StrataError('not-found', `${failed} ${backingPath} cannot be read.`)
  if (below.format !== backingFormat)
    throw new StrataError('wrong-state', `${failed} ${backingPath} is ${below.format}, not ${backingFormat}.`)
  const words = ['rebase', '-u', '-f', 'qcow2', '-b', backingPath, '-F', backingFormat, '--']
  await onImage(path, words, toolLimits.question, failed)
}

/** Copies a damaged image beside itself, then mends it in place. A failure leaves the copy away and the image as it was. */
export async function mendImage(host: Host, jobs: JobRunner, action: RepairActionOf<'mend-image'>): Promise<void> {
  const { uuid, path } = action
  await requireImage(host, uuid, path)
  const title = `Mend an image of “${host.inventory.requireMachine(uuid).name}”`
  const steps = [
    { id: 'copy', label: 'Copy it first' },
    { id: 'mend', label: 'Mend it' },
  ]
  await runAsJob(jobs, { kind: 'mend-image', title, hostId: host.id, machineUuid: uuid, steps }, async (job) => {
    job.step('copy')
    const copyPath = await freeCopyPath(path)
    await job.willUndo({ kind: 'delete-file', path: copyPath })
    try {
      await copyFile(path, copyPath, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    } catch (error) {
      throw toStrataError(error, `${path} could not be copied before mending it.`)
    }
    job.step('mend')
    const failed = `${path} could not be mended.`
    try {
      const checking = ['check', '-q', '-f', 'qcow2', '-r', 'all', '--']
      await onImage(path, checking, toolLimits.mend, failed, mendedExitCodes)
    } catch (error) {
      await copyFile(copyPath, path, constants.COPYFILE_FICLONE) // half mended may be worse than damaged
      await rm(copyPath, { force: true })
      throw error
    }
    await job.keep()
  })
}

async function freeCopyPath(path: string): Promise<string> {
  const taken = new Set<string>()
  for (
    let name = `${path}.before-mending`;
    await isThere(name);
    name = freeName(`${path}.before-mending`, (each) => taken.has(each))
  )
    taken.add(name)
  return freeName(`${path}.before-mending`, (each) => taken.has(each))
}

/** Only what this machine is made of may be touched in its name. */
async function requireImage(host: Host, uuid: string, path: string): Promise<ChainLink> {
  if (!filesAreHere(host)) throw new StrataError('unsupported', `The files of ${host.label} cannot be seen from here.`)
  const { name } = host.inventory.requireMachine(uuid)
  const images = await host.slow(async (connection) => {
    const domain = await connection.domainLookupByUUID(uuid)
    return examineImages(connection, DomainXml.parse(await domain.getXMLDesc(['inactive'])), true)
  })
  const link = images.flatMap(({ chain }) => chain).find((each) => each.path === path && each.saidFormat !== 'raw')
  if (link === undefined || !(await stat(path)).isFile())
    throw new StrataError('wrong-state', `${path} is no image of “${name}” any more. Have it checked again.`)
  return link
}

/** The image is handed over as an open file, and nothing beside it: neither act opens what lies below. */
async function onImage(
  path: string,
  words: readonly string[],
  limits: ToolLimits,
  failed: string,
  goodExitCodes: ReadonlySet<number> = new Set([0]),
): Promise<void> {
  const given = [...words, givenPath(0)]
  const ended = await withOpenFile(path, constants.O_RDWR | constants.O_NOFOLLOW, (descriptor) =>
    runImageTool(given, { limits, descriptors: [descriptor], sees: 'given' }),
  ).catch((error: unknown) => {
    throw toStrataError(error, failed)
  })
  if (ended.exitCode !== null && goodExitCodes.has(ended.exitCode)) return
  const detail = ended.timedOut ? 'It took too long.' : (ended.errorText || ended.outputText).trim()
  throw new StrataError('internal', failed, { detail: detail.replaceAll(givenPath(0), path) })
}
