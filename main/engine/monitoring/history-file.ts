import { constants } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

import { systemCodeOf } from '../strata-error.ts'
import { recordWidth, type TierRecord } from './ring-buffer.ts'
import type { TierMeasure } from './tier.ts'

/** 'strata history, first layout': another layout gets another word. */
const magic = 0x53_54_48_31
const headerBytes = 16
/** The step as 64-bit float, then the record. */
const slotBytes = 8 + recordWidth * 4

/**
 * The long tiers of one machine on the disk: a ring a tier, one after the other, at fixed places; so a minute costs one
 * small write, and months that were not watched cost nothing (the file is sparse). Little-endian. A slot says which
 * step it holds, and a step has one place: what is older than the ring is overwritten, and never mistaken for new.
 */
export class HistoryFile {
  readonly #path: string
  readonly #tiers: readonly TierMeasure[]

  constructor(path: string, tiers: readonly TierMeasure[]) {
    this.#path = path
    this.#tiers = tiers
  }

  /** @param records for each tier, in the order of the tiers */
  async write(records: readonly (readonly TierRecord[])[]): Promise<void> {
    if (records.every((list) => list.length === 0)) return
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    const file = await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600)
    try {
      if (!(await this.#isOurs(file))) await this.#begin(file)
      for (const [tier, list] of records.entries()) for (const record of list) await this.#writeOne(file, tier, record)
    } finally {
      await file.close()
    }
  }

  /** The records of a tier from a step on, oldest first. Empty when there is no file. */
  async read(tier: number, sinceStep: number): Promise<TierRecord[]> {
    const bytes = await this.#readTier(tier)
    if (bytes === null) return []
    const records: TierRecord[] = []
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at + slotBytes <= bytes.length; at += slotBytes) {
      const step = view.getFloat64(at, true)
      // Step 0 is an empty place, or 1970.
      if (step > 0 && step >= sinceStep) records.push({ step, values: valuesAt(view, at + 8) })
    }
    return records.sort((one, other) => one.step - other.step)
  }

  remove(): Promise<void> {
    return rm(this.#path, { force: true })
  }

  async #readTier(tier: number): Promise<Uint8Array | null> {
    const file = await open(this.#path, 'r').catch((error: unknown) => {
      if (systemCodeOf(error) === 'ENOENT') return null
      throw error
    })
    if (file === null) return null
    try {
      if (!(await this.#isOurs(file))) return null
      const bytes = Buffer.alloc((this.#tiers[tier]?.capacity ?? 0) * slotBytes)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offsetOf(tier))
      return bytes.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }

  async #writeOne(file: FileHandle, tier: number, { step, values }: TierRecord): Promise<void> {
    const bytes = Buffer.alloc(slotBytes)
    bytes.writeDoubleLE(step, 0)
    for (let index = 0; index < recordWidth; index += 1) bytes.writeFloatLE(values[index] ?? Number.NaN, 8 + index * 4)
    const slot = step % (this.#tiers[tier]?.capacity ?? 1)
    await file.write(bytes, 0, bytes.length, this.#offsetOf(tier) + slot * slotBytes)
  }

  #offsetOf(tier: number): number {
    const before = this.#tiers.slice(0, tier)
    return headerBytes + before.reduce((sum, { capacity }) => sum + capacity * slotBytes, 0)
  }

  async #isOurs(file: FileHandle): Promise<boolean> {
    const header = Buffer.alloc(headerBytes)
    const { bytesRead } = await file.read(header, 0, headerBytes, 0)
    return bytesRead === headerBytes && header.equals(this.#header())
  }

  /** A file of another layout says nothing that can be read; it starts anew. */
  async #begin(file: FileHandle): Promise<void> {
    await file.truncate(0)
    await file.write(this.#header(), 0, headerBytes, 0)
  }

  #header(): Buffer {
    const header = Buffer.alloc(headerBytes)
    header.writeUInt32LE(magic, 0)
    header.writeUInt32LE(recordWidth, 4)
    this.#tiers.forEach(({ capacity }, index) => header.writeUInt32LE(capacity, 8 + index * 4))
    return header
  }
}

function valuesAt(view: DataView, at: number): Float32Array {
  return Float32Array.from({ length: recordWidth }, (_, index) => view.getFloat32(at + index * 4, true))
}
