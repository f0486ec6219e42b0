import { createHash } from 'node:crypto'
import { access, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { MachineRef } from '@strata/contract/references.ts'

import { replaceFile } from '../replace-file.ts'
import { systemCodeOf } from '../strata-error.ts'

/** The guest's screen at the moment of each restore point. Lost pictures are no loss of data: they are shown when there. */
export class SnapshotPictures {
  constructor(private readonly dataDir: string) {}

  pathOf(machine: MachineRef, name: string): string {
    return join(this.#folderOf(machine), `${safeName(name)}.png`)
  }

  async write(machine: MachineRef, name: string, png: Uint8Array): Promise<void> {
    await replaceFile(this.pathOf(machine, name), png)
  }

  async read(machine: MachineRef, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return nullWhenMissing(readFile(this.pathOf(machine, name)))
  }

  async has(machine: MachineRef, name: string): Promise<boolean> {
    return (await nullWhenMissing(access(this.pathOf(machine, name)).then(() => true))) ?? false
  }

  async remove(machine: MachineRef, name: string): Promise<void> {
    await rm(this.pathOf(machine, name), { force: true })
  }

  /** When the machine is gone for good. */
  async removeAll(machine: MachineRef): Promise<void> {
    await rm(this.#folderOf(machine), { recursive: true, force: true })
  }

  #folderOf({ hostId, uuid }: MachineRef): string {
    return join(this.dataDir, 'pictures', safeName(hostId), safeName(uuid))
  }
}

/** Names come from users and from other programs: as file names they could be too long, or climb out of the folder. */
const safeName = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 32)

async function nullWhenMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null
    throw error
  }
}
