import { constants } from 'node:fs'

import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import { DomainXml } from 'node-libvirt/xml'

import { examineImages, type ChainLink } from '../disk-images/image-chain.ts'
import type { Host } from '../hosts/host.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import { runImageTool, toolLimits } from '../disk-images/image-tool.ts'
import { givenPath, withOpenFile } from '../disk-images/open-image.ts'
import { readImageHeader } from '../disk-images/image-header.ts'
import { filesForPrograms } from '../hosts/place/files-of.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { requireUnused } from './require-unused.ts'

/** Writes into an image which file lies below it. QEMU's own lock refuses it while a guest uses the image. */
export async function rebaseImage(
  host: Host,
  fileUsers: FileUsers,
  action: RepairActionOf<'rebase-image'>,
): Promise<void> {
  const { path, backingPath, backingFormat } = action
  await requireImage(host, action.uuid, path)
  await requireUnused(host, fileUsers, action.uuid, path)
  const failed = say('repairActs.couldNotToldWhat', { path })
  const below = await readImageHeader(filesForPrograms(host), backingPath)
  if (below === null) throw new StrataError('not-found', say('repairActs.cannotRead', { failed, backingPath }))
  if (below.format !== backingFormat)
    throw new StrataError(
      'wrong-state',
      say('repairActs.isNot', { failed, backingPath, format: below.format, backingFormat }),
    )
  const words = ['rebase', '-u', '-f', 'qcow2', '-b', backingPath, '-F', backingFormat, '--', givenPath(0)]
  // The image is handed over as an open file, and nothing beside it: what lies below is not opened.
  const ended = await withOpenFile(path, constants.O_RDWR | constants.O_NOFOLLOW, (descriptor) =>
    runImageTool(words, { limits: toolLimits.question, descriptors: [descriptor], sees: 'given' }),
  ).catch((error: unknown) => {
    throw toStrataError(error, failed)
  })
  if (ended.exitCode === 0) return
  const detail = ended.timedOut ? 'it took too long' : (ended.errorText || ended.outputText).trim()
  throw new StrataError('internal', failed, { detail: detail.replaceAll(givenPath(0), path) })
}

/** Only what this machine is made of may be touched in its name. */
export async function requireImage(host: Host, uuid: string, path: string): Promise<ChainLink> {
  const files = filesForPrograms(host)
  const { name } = host.inventory.requireMachine(uuid)
  const images = await host.slow(async (connection) => {
    const domain = await connection.domainLookupByUUID(uuid)
    return examineImages(connection, DomainXml.parse(await domain.getXMLDesc(['inactive'])), files)
  })
  const link = images.flatMap(({ chain }) => chain).find((each) => each.path === path && each.saidFormat !== 'raw')
  if (link === undefined || (await files.stat(path)).kind !== 'file')
    throw new StrataError('wrong-state', say('repairActs.noImageAnyMore', { path, name }))
  return link
}
