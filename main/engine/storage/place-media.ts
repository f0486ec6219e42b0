import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'

import { say } from '@strata/contract/words/say.ts'
import { LibvirtError, type Connection, type StoragePool, type StorageVolume } from 'node-libvirt'
import { StorageVolumeXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { UndoStep } from '../jobs/undo.ts'
import { explainWrite } from './out-of-space.ts'
import { StrataError } from '../strata-error.ts'

export interface NewVolume {
  readonly hostId: string
  readonly poolUuid: string
  readonly name: string
  readonly format: 'qcow2' | 'raw'
  readonly capacityBytes: number
  /** The image that it is built on, which is only read from then on. */
  readonly backing?: { readonly path: string; readonly format: 'qcow2' | 'raw' }
  /** All of its room at once. */
  readonly allocation?: 'thin' | 'full'
  /** The promise, for those who take it back once the volume is to stay. */
  readonly undo?: VolumeUndo
}

type VolumeUndo = Extract<UndoStep, { kind: 'delete-volume' }>

export function volumeUndo({ hostId, poolUuid, name }: Omit<VolumeUndo, 'kind'>): VolumeUndo {
  return { kind: 'delete-volume', hostId, poolUuid, name }
}

/**
 * Makes a volume that is promised to go again if the job fails: empty, or with the content of another one.
 * libvirt never overwrites one that is there.
 */
export async function makeVolume(
  pool: StoragePool,
  wanted: NewVolume,
  job: JobControl,
  content?: StorageVolume,
): Promise<StorageVolume> {
  const { name, capacityBytes, format, backing, allocation = 'thin', undo = volumeUndo(wanted) } = wanted
  const xml = StorageVolumeXml.create({
    name,
    capacityBytes,
    allocationBytes: allocation === 'full' ? capacityBytes : 0,
    target: { format },
    ...(backing !== undefined && { backingStore: backing }),
  }).toString()
  const flags = allocation === 'full' && format === 'qcow2' ? (['prealloc-metadata'] as const) : []
  await job.willUndo(undo)
  try {
    const volume = await (content === undefined
      ? pool.storageVolCreateXML(xml, flags)
      : pool.storageVolCreateXMLFrom(xml, content))
    await job.made(undo)
    return volume
  } catch (error) {
    if (!(await isTaken(pool, name, error))) throw error
    await job.willNotUndo(undo) // somebody made one of that name just now: theirs must stay
    throw new StrataError('already-exists', say('storage.thereAlreadyImageStorage', { name, pool: pool.name }), {
      cause: error,
    })
  }
}

/** A file that the pool has not seen yet is refused like any act that is not possible; then the pool looks again. */
async function isTaken(pool: StoragePool, name: string, error: unknown): Promise<boolean> {
  if (!(error instanceof LibvirtError)) return false
  if (error.code !== 'operation-invalid' || !(await pool.isActive())) return error.code === 'storage-vol-exist'
  await pool.refresh()
  return (await pool.listAllVolumes()).some((volume) => volume.name === name)
}

interface Upload {
  readonly poolUuid: string
  readonly name: string
  readonly sizeBytes: number
}

/** Copies a file of this computer into the pool; gives the volume's path. */
export function uploadIso(host: Host, upload: Upload & { readonly path: string }, job: JobControl): Promise<string> {
  return uploadVolume(host, upload, () => createReadStream(upload.path, { highWaterMark: 1024 ** 2 }), job)
}

/** Writes what Strata has made itself as a file into the pool; gives the volume's path. */
export function uploadBytes(
  host: Host,
  { content, ...place }: { readonly poolUuid: string; readonly name: string; readonly content: Uint8Array },
  job: JobControl,
): Promise<string> {
  return uploadVolume(host, { ...place, sizeBytes: content.byteLength }, () => Readable.from([content]), job)
}

/** On a connection of its own, as bytes would hold up the rest. */
async function uploadVolume(host: Host, upload: Upload, open: () => Readable, job: JobControl): Promise<string> {
  const { sizeBytes, poolUuid, name } = upload
  return host.withBulkConnection(async (connection) => {
    try {
      const pool = await connection.storagePoolLookupByUUID(poolUuid)
      const volume = await makeVolume(
        pool,
        { hostId: host.id, poolUuid, name, format: 'raw', capacityBytes: sizeBytes },
        job,
      )
      job.progress(0, sizeBytes)
      await volume.upload(open(), {
        sparse: true,
        signal: job.signal,
        onProgress: (sentBytes) => {
          job.progress(sentBytes, sizeBytes)
        },
      })
      return await volume.getPath()
    } catch (error) {
      job.signal.throwIfAborted()
      throw await explainUpload(error, host, connection, upload)
    }
  })
}

function explainUpload(
  error: unknown,
  host: Host,
  connection: Connection,
  { poolUuid, name, sizeBytes }: Upload,
): Promise<StrataError> {
  return explainWrite(
    error,
    host,
    connection,
    poolUuid,
    say('storage.couldNotCopiedInto', { name }),
    Math.min(sizeBytes, 64 * 1024 ** 2),
  )
}
