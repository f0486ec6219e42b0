import { constants } from 'node:fs'
import { open, realpath, stat, type FileHandle } from 'node:fs/promises'
import { isAbsolute } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { StrataError, systemCodeOf } from '../strata-error.ts'

/** Reads bytes; fewer than asked for at the end. */
export type ReadAt = (offsetBytes: number, lengthBytes: number) => Promise<Buffer>

export interface LocalFile {
  /** With links followed: what is looked at is then what is used. */
  readonly path: string
  readonly sizeBytes: number
  readonly mark: string
  readonly readAt: ReadAt
}

/**
 * Which file it is and what was last done to it: the same as long as nobody wrote to it. The time of the change is looked
 * at too, since that of the content can be set by hand.
 */
export async function fileMark(handle: FileHandle): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await handle.stat({ bigint: true })
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}

/** @throws StrataError 'not-found', 'not-permitted' or 'invalid-input', with the given field */
export async function withLocalFile<T>(path: string, field: string, work: (file: LocalFile) => Promise<T>): Promise<T> {
  const real = await realFile(path, field)
  // Never waits for the other end of a pipe that took the file's place meanwhile.
  const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unreadable(path, field, error)
  })
  try {
    const { size } = await handle.stat()
    return await work({
      path: real,
      sizeBytes: size,
      mark: await fileMark(handle),
      readAt: async (offsetBytes, lengthBytes) => {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(lengthBytes), 0, lengthBytes, offsetBytes)
        return buffer.subarray(0, bytesRead)
      },
    })
  } finally {
    await handle.close()
  }
}

async function realFile(path: string, field: string): Promise<string> {
  if (!isAbsolute(path)) throw new StrataError('invalid-input', say('thisComputer.pathBeginsSlash'), { field })
  try {
    const real = await realpath(path)
    if ((await stat(real)).isFile()) return real
  } catch (error) {
    throw unreadable(path, field, error)
  }
  throw new StrataError('invalid-input', say('thisComputer.notFileButFolder', { path }), { field })
}

function unreadable(path: string, field: string, error: unknown): StrataError {
  switch (systemCodeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new StrataError('not-found', say('thisComputer.thereNoFile', { path }), { field, cause: error })
    case 'EACCES':
    case 'EPERM':
      return new StrataError('not-permitted', say('thisComputer.youMayNotRead', { path }), { field, cause: error })
    default:
      return new StrataError('invalid-input', say('thisComputer.cannotRead', { path }), { field, cause: error })
  }
}

/** The same view of a part of a file. */
export function partOf(readAt: ReadAt, fromBytes: number, sizeBytes: number): ReadAt {
  return (offsetBytes, lengthBytes) =>
    readAt(fromBytes + offsetBytes, Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes)))
}
