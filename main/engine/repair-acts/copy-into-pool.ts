import { Readable } from 'node:stream'
import { basename } from 'node:path'

import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { StoragePool } from 'node-libvirt'

import { freeName } from '../storage/free-name.ts'
import { makeVolume } from '../storage/place-media.ts'
import { virtXml } from '../definitions/terminal-lines.ts'
import type { HistoryStore } from '../history/history-store.ts'
import type { Host } from '../hosts/host.ts'
import { filesOf } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { JobRunner } from '../jobs/job-runner.ts'
import { explainWrite } from '../storage/out-of-space.ts'
import { readImageHeader } from '../disk-images/image-header.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { diskOf, useFile } from '../definitions/definition-edits.ts'
import { editDefinition } from '../repairs/edit-definition.ts'
import { runAsJob } from '../repairs/run-as-job.ts'

/** Copies a file that QEMU may not read into a pool, and has the machine use the copy. An image that is built on another is refused. */
export async function copyIntoPool(
  history: HistoryStore,
  host: Host,
  jobs: JobRunner,
  action: RepairActionOf<'copy-into-pool'>,
): Promise<void> {
  const { uuid, path, targetDev } = action
  const title = say('repairActs.copyIntoPool', { fileName: basename(path) })
  const steps = [
    { id: 'copy', label: say('repairActs.copyIt') },
    { id: 'use', label: say('repairActs.useCopy') },
  ]
  await runAsJob(jobs, { kind: 'copy-into-pool', title, hostId: host.id, machineUuid: uuid, steps }, async (job) => {
    job.step('copy')
    const copyPath = await copy(host, action, job)
    job.step('use')
    const { name } = host.inventory.requireMachine(uuid)
    const words = {
      title: say('repairActs.diskUsesCopyPool', { targetDev, copyPath }),
      lines: [virtXml(host.uri, name, '--edit', `target=${targetDev}`, '--disk', `path=${copyPath}`)],
    }
    await editDefinition(history, host, uuid, words, (definition) => {
      useFile(diskOf(definition, targetDev, path), copyPath)
    })
    await job.keep()
    await host.inventory.reloadPool(action.poolUuid)
  })
}

async function copy(
  host: Host,
  { path, poolUuid }: RepairActionOf<'copy-into-pool'>,
  job: JobControl,
): Promise<string> {
  const failed = say('repairActs.couldNotCopiedInto', { path })
  const files = filesOf(host)
  const sizeBytes = await sizeOf(files, path, failed)
  return host.withBulkConnection(async (connection) => {
    try {
      const pool = await connection.storagePoolLookupByUUID(poolUuid)
      const name = await freeVolumeName(pool, basename(path))
      const wanted = { hostId: host.id, poolUuid, name, format: 'raw' as const, capacityBytes: sizeBytes }
      const volume = await makeVolume(pool, wanted, job)
      await volume.upload(Readable.from(piecesOf(files, path), { objectMode: false }), {
        sparse: true,
        signal: job.signal,
        onProgress: (sentBytes) => {
          job.progress(sentBytes, sizeBytes)
        },
      })
      return await volume.getPath()
    } catch (error) {
      job.signal.throwIfAborted()
      throw await explainWrite(error, host, connection, poolUuid, failed, Math.min(sizeBytes, 64 * 1024 ** 2))
    }
  })
}

const pieceBytes = 1024 ** 2

async function* piecesOf(files: HostFiles, path: string): AsyncGenerator<Buffer> {
  for (let offset = 0; ;) {
    const piece = await files.withOpen(path, (file) => file.readAt(offset, pieceBytes))
    if (piece.length === 0) return
    yield piece
    offset += piece.length
  }
}

async function sizeOf(files: HostFiles, path: string, failed: Said): Promise<number> {
  try {
    const [found, header] = await Promise.all([files.stat(path), readImageHeader(files, path)])
    if (found.kind !== 'file') throw new StrataError('invalid-input', say('repairActs.notFile', { failed }))
    if (header?.backing)
      throw new StrataError('unsupported', say('repairActs.itIsBuiltOn', { failed, path: header.backing.path }))
    return found.sizeBytes
  } catch (error) {
    throw toStrataError(error, failed)
  }
}

async function freeVolumeName(pool: StoragePool, fileName: string): Promise<string> {
  await pool.refresh()
  const taken = new Set((await pool.listAllVolumes()).map(({ name }) => name))
  const dot = fileName.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [fileName.slice(0, dot), fileName.slice(dot)] : [fileName, '']
  return `${freeName(stem, (each) => taken.has(`${each}${ending}`))}${ending}`
}
