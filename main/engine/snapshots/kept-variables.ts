import { createHash } from 'node:crypto'
import { chmod, chown, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { MachineRef } from '@strata/contract/references.ts'
import type { DomainSnapshotXml } from 'node-libvirt/xml'
import { z } from 'zod'

import { replaceFile } from '../replace-file.ts'
import { systemCodeOf } from '../strata-error.ts'
import { mostVariablesBytes } from './firmware-variables.ts'

const record = z.object({
  pointName: z.string(),
  /** A name can be used again: what was kept belongs to the point of this moment only. */
  pointTakenAtSeconds: z.number(),
  sha256: z.string(),
  contentBase64: z.string().max(mostVariablesBytes * 2),
})

type Point = Pick<DomainSnapshotXml, 'name' | 'creationTimeSeconds'>

/** The UEFI variables of the moment of each restore point. libvirt keeps them with no point that was taken of a machine that is off. */
export class KeptVariables {
  constructor(private readonly dataDir: string) {}

  async keep(machine: MachineRef, point: Point, content: Uint8Array): Promise<void> {
    const kept: z.infer<typeof record> = {
      pointName: point.name ?? '',
      pointTakenAtSeconds: point.creationTimeSeconds ?? 0,
      sha256: checksum(content),
      contentBase64: Buffer.from(content).toString('base64'),
    }
    await replaceFile(this.#pathOf(machine, point.name ?? ''), JSON.stringify(kept))
  }

  /** Null: none were kept with this point, or what was kept is not whole any more. */
  async read(machine: MachineRef, point: Point): Promise<Buffer | null> {
    const text = await readIfThere(this.#pathOf(machine, point.name ?? ''))
    if (text === null) return null
    const parsed = record.safeParse(jsonOrNull(text))
    if (!parsed.success || parsed.data.pointTakenAtSeconds !== point.creationTimeSeconds) return null
    const content = Buffer.from(parsed.data.contentBase64, 'base64')
    return checksum(content) === parsed.data.sha256 ? content : null
  }

  async remove(machine: MachineRef, name: string): Promise<void> {
    await rm(this.#pathOf(machine, name), { force: true })
  }

  /** When the machine is gone for good. */
  async removeAll(machine: MachineRef): Promise<void> {
    await rm(this.#folderOf(machine), { recursive: true, force: true })
  }

  #pathOf(machine: MachineRef, name: string): string {
    return join(this.#folderOf(machine), `${safeName(name)}.json`)
  }

  #folderOf({ hostId, uuid }: MachineRef): string {
    return join(this.dataDir, 'firmware-variables', safeName(hostId), safeName(uuid))
  }
}

/** Puts variables in the place of others at once, with the owner and rights of those. The machine must be off. */
export async function putVariables(path: string, content: Uint8Array): Promise<void> {
  const { uid, gid, mode } = await stat(path)
  const temporary = `${path}.strata-new`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await chmod(temporary, mode & 0o777)
    await chown(temporary, uid, gid)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const checksum = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
/** Names come from users and from other programs: as file names they could be too long, or climb out of the folder. */
const safeName = (name: string) => checksum(Buffer.from(name)).slice(0, 32)

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}
