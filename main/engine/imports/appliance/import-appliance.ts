import { rm } from 'node:fs/promises'

import type { Appliance, ApplianceDisk } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'

import { diskName, freeDiskStem } from '../../storage/free-name.ts'
import { makeVolume } from '../../storage/place-media.ts'
import type { Host } from '../../hosts/host.ts'
import type { JobControl } from '../../jobs/job-control.ts'
import { explainWrite } from '../../storage/out-of-space.ts'
import { bytesToCopy, convertImage, stretchOf, type Copying, type ImageCopy } from '../disk-image/convert-image.ts'
import { readyToCopy, type ImportParts } from '../disk-image/import-disk.ts'
import { inspectLocalImage } from '../../disk-images/inspect-part.ts'
import { refuseWhenFull } from '../disk-image/room-for-copies.ts'
import type { AppliancePart } from './appliance-files.ts'
import { openAndInspect, type OpenedAppliance, type OpenedDisk } from './inspect-appliance.ts'
import { verifyPart } from './manifest.ts'
import { unpackPart } from './unpack-part.ts'

export interface WantedAppliance {
  readonly path: string
  readonly poolUuid: string
  /** The machine's name, which its volumes are named after. */
  readonly name: string
}

export interface ImportedAppliance {
  /** In the machine's order; the first one is what it boots from. */
  readonly disks: readonly {
    readonly path: string
    readonly bus: ApplianceDisk['bus']
    readonly capacityBytes: number
  }[]
  readonly picture: Appliance
}

/**
 * A step of a job: compares all files of an appliance with its manifest, and makes its disks into volumes of the pool.
 * Disks are read where they lie in the archive; only those that are compressed as a whole are unpacked before.
 */
export async function importAppliance(
  parts: ImportParts,
  host: Host,
  { path, poolUuid, name }: WantedAppliance,
  job: JobControl,
): Promise<ImportedAppliance> {
  const opened = await openAndInspect(path)
  const copying = { host, cacheDir: parts.folders.cacheDir }
  const checkedBytes = await verifyAll(opened, job)
  const ready: ReadyDisk[] = []
  try {
    const taken = await volumeNames(host, poolUuid)
    for (const disk of opened.disks) ready.push(await readyDisk(parts, copying, disk, { poolUuid, name, taken }, job))
    const copies = ready.flatMap(({ copy }) => copy ?? [])
    const neededBytes = copies.reduce((sum, copy) => sum + copy.neededBytes, 0)
    await refuseWhenFull(host, host.inventory.requirePool(poolUuid), neededBytes)
    const totalBytes = checkedBytes + (await bytesToCopy(copying, copies))
    let doneBytes = checkedBytes
    const disks: ImportedAppliance['disks'][number][] = []
    for (const each of ready) {
      const stretch = stretchOf(job, doneBytes, totalBytes)
      const made =
        each.copy === null
          ? await makeEmpty(host, each, poolUuid, job)
          : await convertImage(copying, each.copy, stretch)
      disks.push({ path: made, bus: each.picture.bus, capacityBytes: each.picture.capacityBytes })
      if (each.copy !== null) doneBytes += await bytesToCopy(copying, [each.copy])
    }
    return { disks, picture: opened.picture }
  } finally {
    for (const { unpackedPath } of ready) if (unpackedPath !== null) await rm(unpackedPath, { force: true })
  }
}

interface ReadyDisk {
  readonly volumeName: string
  readonly picture: ApplianceDisk
  /** Null: it begins empty. */
  readonly copy: ImageCopy | null
  readonly unpackedPath: string | null
}

/** Gives how many bytes were read. The description and the manifest are one with the disks: all or nothing. */
async function verifyAll({ files, manifest, disks }: OpenedAppliance, job: JobControl): Promise<number> {
  if (manifest === null) return 0
  const parts = [files.descriptor, ...disks.flatMap(({ part }) => part ?? [])].filter(({ name }) =>
    manifest.digests.has(name),
  )
  const totalBytes = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let doneBytes = 0
  for (const part of parts) {
    await verifyPart(part, manifest, {
      signal: job.signal,
      onProgress: (readBytes) => {
        job.progress(doneBytes + readBytes, totalBytes)
      },
    })
    doneBytes += part.sizeBytes
  }
  return doneBytes
}

async function volumeNames(host: Host, poolUuid: string): Promise<Set<string>> {
  return host.slow(async (connection) => {
    const pool = await connection.storagePoolLookupByUUID(poolUuid)
    await pool.refresh()
    return new Set((await pool.listAllVolumes()).map(({ name }) => name))
  })
}

async function readyDisk(
  parts: ImportParts,
  copying: Copying,
  disk: OpenedDisk,
  { poolUuid, name, taken }: { poolUuid: string; name: string; taken: Set<string> },
  job: JobControl,
): Promise<ReadyDisk> {
  const volumeName = diskName(freeDiskStem(name, taken))
  taken.add(volumeName)
  const { part, picture } = disk
  if (part === null) return { volumeName, picture, copy: null, unpackedPath: null }
  const unpackedPath = disk.isCompressed ? await unpackPart(copying.cacheDir, part, picture.capacityBytes, job) : null
  const image =
    unpackedPath === null
      ? await inspectLocalImage(part.path, isWholeFile(part) ? null : part, part.name)
      : await inspectLocalImage(unpackedPath, null, part.name)
  const neededBytes = await readyToCopy(parts, copying.host, image, job)
  const { source, fileName, capacityBytes } = image
  const copy = { source, fileName, capacityBytes, neededBytes, poolUuid, name: volumeName }
  return { volumeName, picture: { ...picture, capacityBytes }, copy, unpackedPath }
}

/** A file of its own, which may have pieces beside it. */
const isWholeFile = ({ name, path, offsetBytes }: AppliancePart) => offsetBytes === 0 && path.endsWith(name)

function makeEmpty(host: Host, { volumeName, picture }: ReadyDisk, poolUuid: string, job: JobControl): Promise<string> {
  const { capacityBytes } = picture
  return host.slow(async (connection) => {
    try {
      const pool = await connection.storagePoolLookupByUUID(poolUuid)
      const volume = await makeVolume(
        pool,
        { hostId: host.id, poolUuid, name: volumeName, format: 'qcow2', capacityBytes },
        job,
      )
      return await volume.getPath()
    } catch (error) {
      throw await explainWrite(error, host, connection, poolUuid, say('imports.emptyDiskCouldNot', { volumeName }))
    }
  })
}
