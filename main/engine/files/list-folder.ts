import { access, constants, readdir, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'

import type { FileEntry, FolderListing } from '@strata/contract/files.ts'
import { say } from '@strata/contract/words/say.ts'

import { inParallel } from '../hosts/in-parallel.ts'
import { StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'

const looksAtOnce = 16

export interface FolderRequest {
  readonly path: string
  /** Lower case, with the dot; none: all files. */
  readonly endings: readonly string[]
  readonly places: FolderListing['places']
}

/** What is in a folder, for choosing a file: folders first, then the files with these endings. */
export async function listFolder({ path, endings, places }: FolderRequest): Promise<FolderListing> {
  if (!isAbsolute(path)) throw new StrataError('invalid-input', say('files.pathBeginsSlash'), { field: 'path' })
  try {
    const folder = await realpath(path)
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.'))
    const entries = await inParallel(names, looksAtOnce, (name) => describeEntry(join(folder, name), name))
    const wanted = entries.filter((entry) => entry !== null && (entry.kind === 'folder' || fits(entry.name, endings)))
    return {
      path: folder,
      parentPath: folder === '/' ? null : dirname(folder),
      entries: wanted.filter((entry) => entry !== null).sort(byKindAndName),
      places: await existing(places),
    }
  } catch (error) {
    throw explain(error, path)
  }
}

function explain(error: unknown, path: string): StrataError {
  switch (systemCodeOf(error)) {
    case 'ENOENT':
      return new StrataError('not-found', say('files.thereNoFolder', { path }), { field: 'path', cause: error })
    case 'ENOTDIR':
      return new StrataError('invalid-input', say('files.notFolder', { path }), { field: 'path', cause: error })
    case 'EACCES':
    case 'EPERM':
      return new StrataError('not-permitted', say('files.youMayNotLook', { path }), { field: 'path', cause: error })
    default:
      return toStrataError(error, say('files.folderCouldNotRead', { path }))
  }
}

const fits = (name: string, endings: readonly string[]) =>
  endings.length === 0 || endings.some((ending) => name.toLowerCase().endsWith(ending))

/** Null: gone meanwhile, a link that leads nowhere, or neither a folder nor a file. */
async function describeEntry(path: string, name: string): Promise<FileEntry | null> {
  try {
    const found = await stat(path)
    const kind = found.isDirectory() ? 'folder' : found.isFile() ? 'file' : null
    if (kind === null) return null
    const readable = await mayRead(path, kind)
    return {
      name,
      path,
      kind,
      sizeBytes: kind === 'file' ? found.size : null,
      modifiedAtMs: Math.round(found.mtimeMs),
      readable,
    }
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}

async function mayRead(path: string, kind: FileEntry['kind']): Promise<boolean> {
  try {
    await access(path, kind === 'folder' ? constants.R_OK | constants.X_OK : constants.R_OK)
    return true
  } catch {
    return false // that is the answer
  }
}

async function existing(places: FolderListing['places']): Promise<FolderListing['places']> {
  const found = await Promise.all(places.map((place) => describeEntry(place.path, place.path)))
  const paths = new Set<string>()
  return places.filter(({ path }, index) => {
    if (found[index]?.kind !== 'folder' || paths.has(path)) return false
    paths.add(path)
    return true
  })
}

function byKindAndName(one: FileEntry, other: FileEntry): number {
  if (one.kind !== other.kind) return one.kind === 'folder' ? -1 : 1
  return one.name.localeCompare(other.name, undefined, { numeric: true, sensitivity: 'base' })
}
