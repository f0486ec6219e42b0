import { join } from 'node:path'

import type { MediaSource } from '@strata/contract/create.ts'
import type { ImageFormat } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { EngineParts } from '../../engine-parts.ts'
import type { Host } from '../../hosts/host.ts'
import type { JobControl } from '../../jobs/job-control.ts'
import { commandLine } from '../../definitions/quoted.ts'
import { StrataError } from '../../strata-error.ts'
import { convertImage } from './convert-image.ts'
import { copyFarVolume } from './far-volume.ts'
import { imageArguments } from '../../disk-images/image-source.ts'
import { measureAsQcow2, refuseDamaged } from '../../disk-images/image-info.ts'
import type { FileUsers } from '../../disk-images/file-users.ts'
import { whyNotChanged } from '../../disk-images/why-not-changed.ts'
import { machinesWithDisk } from '../../disk-images/machines-with-disk.ts'
import { checkInPlace } from './in-place.ts'
import { findImage, type FoundImage } from './inspect-disk-image.ts'
import type { InspectedImage } from '../../disk-images/inspect-part.ts'
import { moveWay } from './move-way.ts'
import { moveFile } from './moved-file.ts'
import { lookAtOriginal, removeOriginal } from './original.ts'

export interface WantedDisk {
  readonly media: MediaSource
  readonly disk: 'copy' | 'move' | 'in-place'
  /** Where a copy goes, and the name of its volume: 'web.qcow2'. */
  readonly poolUuid: string
  readonly name: string
  /** What a copy in the pool is to grow to; null, or less than the image has: as large as the image. */
  readonly capacityBytes: number | null
}

export interface ImportedDisk {
  /** On the host. */
  readonly diskPath: string
  readonly format: ImageFormat
  readonly capacityBytes: number
  /** What should be known of it; sentences. */
  readonly notes: readonly Said[]
  /** The same in a terminal. */
  readonly commands: readonly string[]
  /** Removes the original, once nothing is taken back any more; gives what should be known of it. Null: nothing is to be removed. */
  readonly settle: (() => Promise<readonly Said[]>) | null
}

export type ImportParts = Pick<EngineParts, 'folders' | 'fileUsers' | 'hosts'>

/** A step of a job: makes an image into a disk in the pool, or sees that it can be one where it lies. */
export async function importDisk(
  parts: ImportParts,
  host: Host,
  wanted: WantedDisk,
  job: JobControl,
): Promise<ImportedDisk> {
  const found = await findImage(host, wanted.media)
  job.signal.throwIfAborted()
  if (wanted.disk === 'move') return moveIntoPool(parts, host, found, wanted, job)
  if (wanted.disk === 'in-place') {
    const notes =
      found.kind === 'here'
        ? await checkInPlace(parts.fileUsers, host, found.image)
        : await farInPlace(parts.fileUsers, host, found.image.path)
    const { format, capacityBytes } = found.image
    const diskPath = found.kind === 'here' ? found.image.source.path : found.image.path
    return { diskPath, format, capacityBytes, notes, commands: [], settle: null }
  }
  return copyIntoPool(parts, host, found, wanted, job)
}

/** By another name where it can be the disk as it is; else as a copy, whose original goes when the machine is there. */
async function moveIntoPool(
  parts: ImportParts,
  host: Host,
  found: FoundImage,
  wanted: WantedDisk,
  job: JobControl,
): Promise<ImportedDisk> {
  const { media, poolUuid } = wanted
  const way = await moveWay(parts, host, { media, found, poolUuid })
  const original = await lookAtOriginal(host, media, found)
  const grows = (wanted.capacityBytes ?? 0) > found.image.capacityBytes // what is put back is as it was
  if (way === 'rename' && found.kind === 'here' && !grows) {
    await refuseDamaged(found.image.source, found.image.fileName, job.signal)
    const { path: from } = original
    const to = join(host.inventory.requirePool(poolUuid).path ?? '', wanted.name)
    const { capacityBytes } = found.image
    const moved = { diskPath: to, format: 'qcow2', capacityBytes, notes: [], settle: null } as const
    if (await moveFile(host, { from, to }, job)) return { ...moved, commands: [commandLine('mv', from, to)] }
  }
  const copied = await copyIntoPool(parts, host, found, wanted, job)
  return {
    ...copied,
    commands: [...copied.commands, commandLine('rm', original.path)],
    settle: () => removeOriginal(host, original),
  }
}

async function copyIntoPool(
  parts: ImportParts,
  host: Host,
  found: FoundImage,
  wanted: WantedDisk,
  job: JobControl,
): Promise<ImportedDisk> {
  const capacityBytes = Math.max(found.image.capacityBytes, wanted.capacityBytes ?? 0)
  const { poolUuid, name } = wanted
  if (found.kind === 'far') {
    if (wanted.media.kind !== 'volume') throw new TypeError('Only volumes are far away')
    await refuseRunning(parts, host, found.image.path)
    const diskPath = await copyFarVolume(host, wanted.media, { poolUuid, name, capacityBytes }, job)
    return { ...copyAt(diskPath, capacityBytes), commands: [commandLine('virsh', 'vol-clone', found.image.path, name)] }
  }
  const neededBytes = await readyToCopy(parts, host, found.image, job)
  const { source, fileName } = found.image
  const copying = { host, cacheDir: parts.folders.cacheDir }
  const diskPath = await convertImage(copying, { source, fileName, capacityBytes, neededBytes, poolUuid, name }, job)
  const commands = [commandLine('qemu-img', 'convert', ...imageArguments(source), '-O', 'qcow2', diskPath)]
  return { ...copyAt(diskPath, capacityBytes), commands }
}

const copyAt = (diskPath: string, capacityBytes: number) =>
  ({ diskPath, format: 'qcow2', capacityBytes, notes: [], settle: null }) as const

/** What the copy will take. @throws StrataError when it is damaged, or changes while it would be read */
export async function readyToCopy(
  parts: ImportParts,
  host: Host,
  { source, fileName }: InspectedImage,
  job: JobControl,
): Promise<number> {
  if (source.part === null) await refuseRunning(parts, host, source.path)
  await refuseDamaged(source, fileName, job.signal)
  return measureAsQcow2(source, fileName)
}

async function refuseRunning({ fileUsers, hosts }: ImportParts, host: Host, path: string): Promise<void> {
  const users = await machinesWithDisk(await fileUsers.ask({ host, paths: [path] }), path)
  const writer = users.find(({ hostId, uuid }) => hosts.find(hostId)?.inventory.machine(uuid)?.state !== 'shut-off')
  if (writer === undefined) return
  throw new StrataError('busy', say('imports.runsDiskCopyNo', { writer: writer.name }), { field: 'source' })
}

/** Who may open it is for the other host to say; who uses it is known. */
async function farInPlace(fileUsers: FileUsers, host: Host, path: string): Promise<Said[]> {
  const needed = await whyNotChanged(fileUsers, { host, paths: [path] })
  if (needed === null) return [say('imports.imageItselfBecomesDisk')]
  throw new StrataError('busy', say('imports.cannotUsedPlaceCopiedInto', { path, needed }), {
    field: 'source',
  })
}
