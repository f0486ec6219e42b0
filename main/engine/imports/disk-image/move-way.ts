import { dirname } from 'node:path'

import type { MediaSource } from '@strata/contract/create.ts'
import type { StrataErrorCode } from '@strata/contract/errors.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Host } from '../../hosts/host.ts'
import type { HostFiles } from '../../hosts/place/host-files.ts'
import { StrataError } from '../../strata-error.ts'
import { mayWriteTo } from './convert-image.ts'
import { isOpenElsewhere } from '../../disk-images/image-info.ts'
import type { EngineParts } from '../../engine-parts.ts'
import { whyNotChanged } from '../../disk-images/why-not-changed.ts'
import type { FoundImage } from './inspect-disk-image.ts'
import type { InspectedImage } from '../../disk-images/inspect-part.ts'

/** How an image gets into the pool: by another name for the file, or as a copy whose original is removed at the end. */
export type MoveWay = 'rename' | 'copy'

export interface WantedMoveWay {
  readonly media: MediaSource
  readonly found: FoundImage
  /** Undefined: not chosen yet. */
  readonly poolUuid: string | undefined
}

export type MoveParts = Pick<EngineParts, 'fileUsers'>

/** @throws StrataError that says why the image has to stay where it is */
export async function moveWay(
  { fileUsers }: MoveParts,
  host: Host,
  { media, found, poolUuid }: WantedMoveWay,
): Promise<MoveWay> {
  const path = found.kind === 'here' ? found.image.source.path : found.image.path
  const { fileName } = found.image
  const { files } = host
  if (media.kind === 'file' && files?.sharesPaths !== true)
    throw refused('unsupported', fileName, say('imports.fileComputerMachine', { host: host.label }))
  const needed = await whyNotChanged(fileUsers, { host, paths: [path] })
  if (needed !== null) throw refused('busy', fileName, needed)
  if (found.kind === 'far' || files === null) return 'copy'
  await refuseFixed(host, files, media, found.image)
  return (await mayBeRenamed(host, files, found.image, poolUuid)) ? 'rename' : 'copy'
}

/** What keeps the file in its place, as far as it can be seen before. */
async function refuseFixed(
  host: Host,
  files: HostFiles,
  media: MediaSource,
  { source, fileName, sizeBytes }: InspectedImage,
) {
  if (media.kind === 'file' && (await files.stat(media.path, 'keep')).kind === 'link')
    throw refused('invalid-input', fileName, say('imports.onlyLinkChooseFile', { path: source.path }))
  const file = await files.stat(source.path)
  if (sizeBytes !== file.sizeBytes) throw refused('unsupported', fileName, say('imports.consistsSeveralFiles'))
  // Files of the system's pools are removed by its daemon.
  const isDaemons = media.kind === 'volume' && host.address.scope === 'system'
  if (!isDaemons && !(await mayBeRemoved(host, files, source.path, file.ownerId)))
    throw refused('not-permitted', fileName, say('imports.youMayNotRemove', { dirname: dirname(source.path) }))
  if (await isOpenElsewhere(source)) throw refused('busy', fileName, say('imports.anotherProgramUsing'))
}

const stickyBit = 0o1000

/** Removing is the folder's matter; in one like /tmp, only the owner's of either. */
async function mayBeRemoved({ login }: Host, files: HostFiles, path: string, ownerId: number): Promise<boolean> {
  const folder = await files.stat(dirname(path))
  const ownId = login?.userId ?? 0
  if ((folder.mode & stickyBit) !== 0 && ownId !== 0 && folder.ownerId !== ownId && ownerId !== ownId) return false
  return files.mayUse(dirname(path), 'write-in-folder')
}

/** Whether the file can be the disk as it is: whole, of the right kind, ours, and on the pool's file system. */
async function mayBeRenamed(
  host: Host,
  files: HostFiles,
  { source, isCorrupt }: InspectedImage,
  poolUuid: string | undefined,
): Promise<boolean> {
  const pool = poolUuid === undefined ? null : host.inventory.pool(poolUuid)
  if (source.format !== 'qcow2' || isCorrupt || pool?.path == null || !(await mayWriteTo(host, pool))) return false
  const [file, folder] = await Promise.all([files.stat(source.path), files.stat(pool.path)])
  // Under a second name its content would still be reached, and changed by the machine.
  if (file.identity === null || file.identity.linkCount > 1) return false
  if (file.identity.device !== folder.identity?.device) return false
  return (await files.mayUse(source.path, 'read')) && files.mayUse(source.path, 'write')
}

const refused = (code: StrataErrorCode, fileName: string, why: Said) =>
  new StrataError(code, say('imports.cannotMovedCopiedInto', { fileName, why }), {
    field: 'source',
  })
