import { say } from '@strata/contract/words/say.ts'

import { StrataError, systemCodeOf } from '../../strata-error.ts'
import type { FileFacts, HostFiles } from './host-files.ts'
import type { HostPorts } from './host-ports.ts'

/** For acts that need the host's files. @throws StrataError 'unsupported' where they cannot be seen from here */
export function filesOf({ files, label }: Pick<HostPorts, 'files'> & { readonly label: string }): HostFiles {
  if (files === null) throw new StrataError('unsupported', say('hosts.filesCannotSeenHere', { label }))
  return files
}

/** For acts that hand the host's files to programs of this computer. @throws StrataError 'unsupported' */
export function filesForPrograms(host: Pick<HostPorts, 'files'> & { readonly label: string }): HostFiles {
  const files = filesOf(host)
  if (!files.sharesPaths)
    throw new StrataError('unsupported', say('hosts.filesCannotWorkedComputer', { host: host.label }))
  return files
}

/** Null: it is not there, or this user may not see it. */
export function factsOrNull(files: HostFiles, path: string, links?: 'follow' | 'keep'): Promise<FileFacts | null> {
  return orNull(files.stat(path, links))
}

/** What the system refuses is null; what is no refusal of the system is thrown on. */
export async function orNull<T>(looking: Promise<T>): Promise<T | null> {
  try {
    return await looking
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}

/** 'unknown': there, perhaps, and not to be seen by this user. */
export type Presence = 'there' | 'missing' | 'unknown'

/** Told apart from what this user may only not see. */
export async function presenceOf(files: HostFiles, path: string): Promise<Presence> {
  try {
    await files.stat(path)
    return 'there'
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === null) throw error
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unknown'
  }
}

/** A path without links, where it can be followed from here; else as it is. */
export async function canonicalPath({ files }: Pick<HostPorts, 'files'>, path: string): Promise<string> {
  // Not there, or in a folder that this user may not enter: libvirt's own spelling is all there is.
  return files === null ? path : ((await orNull(files.realpath(path))) ?? path)
}
