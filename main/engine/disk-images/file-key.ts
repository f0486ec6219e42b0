import { basename, dirname, join } from 'node:path'

import { factsOrNull, orNull } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import type { Host } from '../hosts/host.ts'

/** Two paths with one key lead to the same file: through links, by hard links, or by a folder that is mounted twice. */
export type FileKey = string

/**
 * Of a file of the host. One that is not there, or may not be seen, is told by its folder's real path and its name; one in a
 * place that does not number its files by its own real path.
 */
export async function fileKey({ id, files }: Pick<Host, 'id' | 'files'>, path: string): Promise<FileKey> {
  if (files === null) return `${id}:${path}`
  const facts = await factsOrNull(files, path)
  if (facts === null) return inPlace(files, await realFolder(files, path))
  if (facts.identity === null) return inPlace(files, (await orNull(files.realpath(path))) ?? path)
  return inPlace(files, `${facts.identity.device}:${facts.identity.inode}`)
}

const inPlace = ({ sharesPaths, placeName }: HostFiles, key: string) => (sharesPaths ? key : `${placeName} ${key}`)

async function realFolder(files: HostFiles, path: string): Promise<string> {
  const folder = await orNull(files.realpath(dirname(path)))
  return folder === null ? path : join(folder, basename(path))
}

/**
 * Tells a file from any other that takes its place later, which may get its very number. Null: it is not there, or not to
 * be seen from here.
 */
export async function fileIdentity({ files }: Pick<Host, 'files'>, path: string): Promise<string | null> {
  const identity = files === null ? null : ((await factsOrNull(files, path))?.identity ?? null)
  return identity === null ? null : `${identity.device}:${identity.inode}:${identity.bornNs}`
}
