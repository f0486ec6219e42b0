import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { MachineRef } from '@strata/contract/references.ts'
import { LibvirtError, type Connection, type StorageVolume } from 'node-libvirt'
import { z } from 'zod'

import type { Host } from '../hosts/host.ts'
import { factsOrNull } from '../hosts/place/files-of.ts'
import { replaceFile } from '../replace-file.ts'
import { systemCodeOf } from '../strata-error.ts'
import { recordPath } from './record-path.ts'

/*
 * The small files that Strata wrote for one machine: a seed, an installer's answers, a kernel that is started directly. A
 * machine's definition says the same of itself, but whoever can write that could name any file there. So what may be
 * deleted is written down in the user's own data, and a definition is believed for nothing of it.
 */

/** What Strata adds to a machine's stem. Nothing of another name is ever taken for one of these. */
export const placedEndings = ['seed.iso', 'answers.iso', 'kernel', 'initrd'] as const

const placedFile = z.object({
  path: z.string(),
  /** Of the pool that it was made in. */
  poolUuid: z.string(),
  name: z.string(),
  /** Which file it was when it was made; null: it could not be seen from here. */
  mark: z.string().nullable(),
})
export type PlacedFile = z.infer<typeof placedFile>

const placedRecord = z.object({
  files: z.array(placedFile).max(64),
  /** What is to be done when the system is installed; null: nothing, or it is done. */
  installation: z
    .object({
      runs: z.enum(['by-hand', 'automatic']),
      drives: z.array(z.string()).max(256),
      /** Paths among `files`. */
      files: z.array(z.string()).max(64),
    })
    .nullable(),
})
export type PlacedRecord = z.infer<typeof placedRecord>

/** Null: Strata placed nothing for this machine, or another Strata did. */
export async function readPlaced(dataDir: string, machine: MachineRef): Promise<PlacedRecord | null> {
  try {
    const read = placedRecord.safeParse(JSON.parse(await readFile(recordPath(dataDir, 'placed', machine), 'utf8')))
    return read.success ? read.data : null
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || error instanceof SyntaxError) return null // what cannot be read allows nothing
    throw error
  }
}

export async function writePlaced(dataDir: string, machine: MachineRef, record: PlacedRecord): Promise<void> {
  const path = recordPath(dataDir, 'placed', machine)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await replaceFile(path, `${JSON.stringify(record, null, 2)}\n`)
}

export async function forgetPlaced(dataDir: string, machine: MachineRef): Promise<void> {
  await rm(recordPath(dataDir, 'placed', machine), { force: true })
}

/** As it is now, to be told from another file of its name later. */
export async function placedAt(host: Host, poolUuid: string, path: string, name: string): Promise<PlacedFile> {
  return { path, poolUuid, name, mark: await markOf(host, path) }
}

/**
 * The volume of a placed file, where it is still that: in a running pool, under the name that Strata gave, and the same
 * file as then. Null: it is gone, or something else has its place.
 */
export async function placedVolume(
  host: Host,
  connection: Connection,
  { path, poolUuid, name, mark }: PlacedFile,
): Promise<StorageVolume | null> {
  if (!placedEndings.some((ending) => name.endsWith(`-${ending}`)) || dirname(path) === path) return null
  if (host.inventory.pool(poolUuid)?.state !== 'running') return null
  try {
    const pool = await connection.storagePoolLookupByUUID(poolUuid)
    await pool.refresh()
    const volume = await pool.storageVolLookupByName(name)
    if ((await volume.getPath()) !== path) return null
    if (mark !== null && host.files !== null && (await markOf(host, path)) !== mark) return null
    return volume
  } catch (error) {
    if (error instanceof LibvirtError && (error.code === 'no-storage-vol' || error.code === 'no-storage-pool'))
      return null
    throw error
  }
}

/** Its owner and times change with each start of the machine; the file itself and its birth do not. Null: it cannot be told. */
async function markOf({ files }: Pick<Host, 'files'>, path: string): Promise<string | null> {
  const identity = files === null ? null : ((await factsOrNull(files, path))?.identity ?? null)
  return identity === null ? null : [identity.device, identity.inode, identity.bornNs].join(' ')
}
