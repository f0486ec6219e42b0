import { constants } from 'node:fs'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { StrataError, systemCodeOf } from '../strata-error.ts'
import { fileMark } from '../this-computer/local-file.ts'
import { imageArguments, pointName, type CheckedImage, type ImageSource } from './image-source.ts'
import { writeVmdkDescription } from './vmdk-description.ts'

/** An image, ready for a program that reads it. */
export interface OpenImage {
  /** What names the image on the program's command line. */
  readonly words: readonly string[]
  /** The open files that the words speak of; the first one is the program's descriptor 3. */
  readonly descriptors: readonly number[]
  /** All names that QEMU may say that it opened. Null: it is an image of a machine here, with what lies below it. */
  readonly names: ReadonlySet<string> | null
}

/** Where a program finds the files that it was given open. */
export const givenPath = (index: number) => `/proc/self/fd/${3 + index}`

/**
 * Opens an image for as long as the work takes. Of a stranger's image the very files that were looked at are opened, and
 * handed on as open files: another file that is put in their place meanwhile is never seen. A split VMware disk is given
 * with a description of Strata's own.
 * @throws StrataError 'invalid-input' when a file is another one by now, or was written to before the work was done
 */
export async function withOpenImage<T>(source: ImageSource, work: (image: OpenImage) => Promise<T>): Promise<T> {
  const { checked } = source
  if (checked === undefined) return work({ words: imageArguments(source), descriptors: [], names: null })
  const files: Watched[] = []
  try {
    for (const { path, mark } of [{ path: source.path, mark: checked.mark }, ...(checked.split?.pieces ?? [])])
      files.push(await openSame(path, mark))
    const result = await withDescription(files, checked, (handles) =>
      work({
        words: [...pointWords(source), `json:${JSON.stringify(nodeOf(source))}`],
        descriptors: handles.map(({ fd }) => fd),
        names: new Set(handles.map((_, index) => givenPath(index))),
      }),
    )
    for (const file of files) await requireSame(file)
    return result
  } finally {
    for (const { handle } of files) await handle.close()
  }
}

/** A file of our own to write to, open for as long as the work takes. */
export async function withOpenFile<T>(
  path: string,
  flags: number | string,
  work: (descriptor: number) => Promise<T>,
): Promise<T> {
  const file = await open(path, flags, 0o600)
  try {
    return await work(file.fd)
  } finally {
    await file.close()
  }
}

interface Watched {
  readonly handle: FileHandle
  readonly path: string
  readonly mark: string
}

async function openSame(path: string, mark: string): Promise<Watched> {
  // Never waits for the other end of a pipe, and follows no link, that took the file's place meanwhile.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW
  const handle = await open(path, flags).catch((error: unknown) => {
    if (systemCodeOf(error) === null) throw error
    throw exchanged(path, error)
  })
  try {
    await requireSame({ handle, path, mark })
    return { handle, path, mark }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function requireSame({ handle, path, mark }: Watched): Promise<void> {
  if ((await fileMark(handle)) !== mark) throw exchanged(path)
}

function exchanged(path: string, cause?: unknown): StrataError {
  return new StrataError('invalid-input', say('diskImages.changedWhileLookedWait', { fileName: basename(path) }), {
    field: 'source',
    cause,
    detail: path,
  })
}

/** The files as the program gets them. In place of a stranger's description of a split disk goes our own. */
async function withDescription<T>(
  files: readonly Watched[],
  { split }: CheckedImage,
  work: (handles: readonly FileHandle[]) => Promise<T>,
): Promise<T> {
  const handles = files.map(({ handle }) => handle)
  if (split === null) return work(handles)
  const description = { layout: split.layout, extents: split.pieces }
  const text = writeVmdkDescription(
    description,
    split.pieces.map((_, index) => givenPath(index + 1)),
  )
  const folder = await mkdtemp(join(tmpdir(), 'strata-image-'))
  const handle = await open(join(folder, 'description.vmdk'), 'wx+', 0o600)
  try {
    await handle.writeFile(text)
    return await work([handle, ...handles.slice(1)])
  } finally {
    await handle.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const pointWords = ({ point }: ImageSource) => (point === undefined ? [] : ['-U', '-l', pointName(point)])

/** As QEMU's block devices are described. Nothing may lie below it, whatever its header says. */
function nodeOf({ format, part }: ImageSource): object {
  const file = { driver: 'file', filename: givenPath(0) }
  const alone = format === 'qcow2' || format === 'vmdk' ? { backing: null } : {}
  if (part === null) return { driver: format, ...alone, file }
  const { offsetBytes: offset, sizeBytes: size } = part
  return { driver: format, ...alone, file: { driver: 'raw', offset, size, file } }
}
