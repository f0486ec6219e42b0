import type { ImageFormat } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { StorageVolume } from 'node-libvirt'
import { StorageVolumeXml } from 'node-libvirt/xml'

import { volumeOf } from '../../storage/read-media.ts'
import { makeVolume } from '../../storage/place-media.ts'
import type { Host } from '../../hosts/host.ts'
import type { JobControl } from '../../jobs/job-control.ts'
import { explainWrite } from '../../storage/out-of-space.ts'
import { StrataError } from '../../strata-error.ts'
import type { ReadAt } from '../../this-computer/local-file.ts'
import { contentHeadBytes, isDisk, readDiskContent, type DiskContent } from '../../disk-images/disk-content.ts'
import { refuseCutImage } from '../../disk-images/cut-image.ts'
import { formatOf } from '../../disk-images/inspect-part.ts'

export interface VolumeReference {
  readonly poolUuid: string
  readonly name: string
}

/** An image in a pool whose files this process cannot open: known by what the daemon says, and by its first bytes. */
export interface FarImage {
  readonly path: string
  readonly fileName: string
  readonly format: ImageFormat
  readonly capacityBytes: number
  readonly sizeBytes: number
  /** Null: only raw images show their content from here. */
  readonly content: DiskContent | null
}

/** @throws StrataError as for a file that is here */
export function inspectFarVolume(host: Host, reference: VolumeReference): Promise<FarImage> {
  return host.slow(async (connection) => {
    const volume = await volumeOf(connection, reference)
    const xml = StorageVolumeXml.parse(await volume.getXMLDesc())
    const sizeBytes = xml.physicalBytes ?? xml.capacityBytes ?? 0
    const readAt = rangeReader(volume, sizeBytes)
    const { format, split } = await formatOf(readAt, sizeBytes, reference.name)
    if (split !== null) throw unsupported(reference.name, say('imports.vmwareDiskSeveralPieces'))
    if (format !== 'raw' && xml.target.format !== formatNames[format])
      throw unsupported(reference.name, say('imports.poolDoesNotKnow'))
    await refuseCutImage(format, readAt, sizeBytes, reference.name)
    const content = format === 'raw' ? readDiskContent(await readAt(0, contentHeadBytes)) : null
    if (content !== null && !isDisk(content)) throw unsupported(reference.name, say('imports.nothingPartitionTableOr'))
    const path = xml.target.path ?? volume.key
    return { path, fileName: reference.name, format, capacityBytes: xml.capacityBytes ?? sizeBytes, sizeBytes, content }
  })
}

/** As libvirt writes them in descriptions of volumes; it knows no VHDX. */
const formatNames: Readonly<Record<ImageFormat, string>> = {
  qcow2: 'qcow2',
  raw: 'raw',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vpc: 'vpc',
  vhdx: 'vhdx',
}

function rangeReader(volume: StorageVolume, sizeBytes: number): ReadAt {
  return async (offsetBytes, wantedBytes) => {
    const lengthBytes = Math.min(wantedBytes, sizeBytes - offsetBytes)
    if (lengthBytes <= 0) return Buffer.alloc(0) // a length of 0 would ask for all
    const chunks: Uint8Array[] = []
    for await (const chunk of volume.download({ offsetBytes, lengthBytes }))
      if (chunk instanceof Uint8Array) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
}

/** The daemon copies it by itself, from pool to pool; it tells nothing on the way and cannot be stopped. */
export function copyFarVolume(
  host: Host,
  from: VolumeReference,
  to: VolumeReference & { readonly capacityBytes: number },
  job: JobControl,
): Promise<string> {
  return host.withBulkConnection(async (connection) => {
    try {
      const pool = await connection.storagePoolLookupByUUID(to.poolUuid)
      const source = await volumeOf(connection, from)
      const volume = await makeVolume(pool, { hostId: host.id, ...to, format: 'qcow2' }, job, source)
      job.signal.throwIfAborted()
      return await volume.getPath()
    } catch (error) {
      job.signal.throwIfAborted()
      throw await explainWrite(
        error,
        host,
        connection,
        to.poolUuid,
        say('imports.couldNotCopied2', { from: from.name }),
      )
    }
  })
}

const unsupported = (fileName: string, why: Said) =>
  new StrataError('unsupported', say('imports.cannotImportedHere', { fileName, why }), { field: 'source' })
