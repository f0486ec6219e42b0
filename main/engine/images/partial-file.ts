import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { replaceFile } from '../replace-file.ts'
import { systemCodeOf } from '../strata-error.ts'

const ending = '.part'

/** What a server said of the file whose beginning lies here: only the same file can go on from there. */
const origin = z.object({
  url: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  totalBytes: z.number().int().nonnegative().nullable(),
})
export type Origin = z.infer<typeof origin>

/** A file that has not arrived whole yet, and beside it what it is the beginning of. */
export class PartialFile {
  readonly path: string
  readonly #originPath: string

  constructor(
    readonly folder: string,
    imageId: string,
  ) {
    this.path = join(folder, `${imageId}${ending}`)
    this.#originPath = `${this.path}.json`
  }

  async sizeBytes(): Promise<number> {
    return (await orNullIfAbsent(stat(this.path)))?.size ?? 0
  }

  /** Null: nothing is known of what lies here, so nothing can be added to it. */
  async origin(): Promise<Origin | null> {
    const text = await orNullIfAbsent(readFile(this.#originPath, 'utf8'))
    return text === null ? null : (origin.safeParse(parseJson(text)).data ?? null)
  }

  /** Written before the bytes that it is about. */
  async noteOrigin(from: Origin): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    await replaceFile(this.#originPath, JSON.stringify(from))
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true })
    await rm(this.#originPath, { force: true })
  }
}

/** The images whose download was broken off, and how much of each has arrived, in bytes. */
export async function partialDownloads(folder: string): Promise<ReadonlyMap<string, number>> {
  const names = (await orNullIfAbsent(readdir(folder))) ?? []
  const imageIds = names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length))
  const sizes = imageIds.map(async (id): Promise<[string, number]> => [
    id,
    await new PartialFile(folder, id).sizeBytes(),
  ])
  return new Map(await Promise.all(sizes))
}

async function orNullIfAbsent<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // no origin: the download starts anew
  }
}
