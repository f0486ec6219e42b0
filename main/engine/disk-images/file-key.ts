import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import type { Host } from '../hosts/host.ts'
import { filesAreHere } from '../hosts/files-here.ts'
import { systemCodeOf } from '../strata-error.ts'

/** Two paths with one key lead to the same file: through links, by hard links, or by a folder that is mounted twice. */
export type FileKey = string

/** Of a file of the host. One that is not there, or may not be seen, is told by its folder's real path and its name. */
export async function fileKey(host: Pick<Host, 'id' | 'kind'>, path: string): Promise<FileKey> {
  if (!filesAreHere(host)) return `${host.id}:${path}`
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return realFolder(path)
  }
}

async function realFolder(path: string): Promise<string> {
  try {
    return join(await realpath(dirname(path)), basename(path))
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return path
  }
}

/**
 * Tells a file from any other that takes its place later, which may get its very number. Null: it is not there, or not to
 * be seen from here.
 */
export async function fileIdentity(host: Pick<Host, 'id' | 'kind'>, path: string): Promise<string | null> {
  if (!filesAreHere(host)) return null
  try {
    const { dev, ino, birthtimeNs } = await stat(path, { bigint: true })
    return `${dev}:${ino}:${birthtimeNs}`
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}
