import { constants } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { MediaSource } from '@strata/contract/create.ts'
import type { StrataErrorCode } from '@strata/contract/errors.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Host } from '../../hosts/host.ts'
import { filesAreHere } from '../../hosts/files-here.ts'
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
  if (media.kind === 'file' && !filesAreHere(host))
    throw refused('unsupported', fileName, say('imports.fileComputerMachine', { host: host.label }))
  const needed = await whyNotChanged(fileUsers, { host, paths: [path] })
  if (needed !== null) throw refused('busy', fileName, needed)
  if (found.kind === 'far') return 'copy'
  await refuseFixed(host, media, found.image)
  return (await mayBeRenamed(host, found.image, poolUuid)) ? 'rename' : 'copy'
}

/** What keeps the file in its place, as far as it can be seen before. */
async function refuseFixed(host: Host, media: MediaSource, { source, fileName, sizeBytes }: InspectedImage) {
  if (media.kind === 'file' && (await lstat(media.path)).isSymbolicLink())
    throw refused('invalid-input', fileName, say('imports.onlyLinkChooseFile', { path: source.path }))
  const file = await stat(source.path)
  if (sizeBytes !== file.size) throw refused('unsupported', fileName, say('imports.consistsSeveralFiles'))
  // Files of the system's pools are removed by its daemon.
  const isDaemons = media.kind === 'volume' && host.kind === 'system'
  if (!isDaemons && !(await mayBeRemoved(source.path, file.uid)))
    throw refused('not-permitted', fileName, say('imports.youMayNotRemove', { dirname: dirname(source.path) }))
  if (await isOpenElsewhere(source)) throw refused('busy', fileName, say('imports.anotherProgramUsing'))
}

const stickyBit = 0o1000

/** Removing is the folder's matter; in one like /tmp, only the owner's of either. */
async function mayBeRemoved(path: string, ownerId: number): Promise<boolean> {
  const folder = await stat(dirname(path))
  const ownId = process.getuid?.() ?? 0
  if ((folder.mode & stickyBit) !== 0 && ownId !== 0 && folder.uid !== ownId && ownerId !== ownId) return false
  return mayAccess(dirname(path), constants.W_OK | constants.X_OK)
}

/** Whether the file can be the disk as it is: whole, of the right kind, ours, and on the pool's file system. */
async function mayBeRenamed(
  host: Host,
  { source, isCorrupt }: InspectedImage,
  poolUuid: string | undefined,
): Promise<boolean> {
  const pool = poolUuid === undefined ? null : host.inventory.pool(poolUuid)
  if (source.format !== 'qcow2' || isCorrupt || pool?.path == null || !(await mayWriteTo(host, pool))) return false
  const [file, folder] = await Promise.all([stat(source.path), stat(pool.path)])
  // Under a second name its content would still be reached, and changed by the machine.
  if (file.nlink > 1 || file.dev !== folder.dev) return false
  return mayAccess(source.path, constants.R_OK | constants.W_OK)
}

function mayAccess(path: string, rights: number): Promise<boolean> {
  return access(path, rights).then(
    () => true,
    () => false,
  )
}

const refused = (code: StrataErrorCode, fileName: string, why: Said) =>
  new StrataError(code, say('imports.cannotMovedCopiedInto', { fileName, why }), {
    field: 'source',
  })
