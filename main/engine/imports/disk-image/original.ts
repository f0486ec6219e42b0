import type { MediaSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../../hosts/host.ts'
import { deleteFile } from '../../storage/delete-file.ts'
import { filesOf } from '../../hosts/place/files-of.ts'
import { systemCodeOf } from '../../strata-error.ts'
import type { FoundImage } from './inspect-disk-image.ts'
import { lookAgain } from './moved-file.ts'

/** An image that is to go once its copy is a machine's disk. */
export interface Original {
  readonly media: MediaSource
  readonly path: string
  /** What it was when the copy began; null: it cannot be seen from here. */
  readonly mark: string | null
}

export async function lookAtOriginal(host: Host, media: MediaSource, found: FoundImage): Promise<Original> {
  const path = found.kind === 'here' ? found.image.source.path : found.image.path
  return { media, path, mark: found.kind === 'here' ? await markOf(host, path) : null }
}

/** Never rejects: the machine is there, and an original that is left does no harm. Gives what should be known of it. */
export async function removeOriginal(host: Host, { media, path, mark }: Original): Promise<Said[]> {
  try {
    // Somebody may have written to it, or put another file in its place, while it was copied: that is in no copy.
    if (mark !== null && (await markOf(host, path)) !== mark) return [say('imports.changedWhileCopiedLeft', { path })]
    if (media.kind === 'volume') await host.slow((connection) => deleteFile(host, connection, path))
    else await filesOf(host).remove(path)
    await lookAgain(host, [path])
    return []
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    host.log.warn({ err: error, path }, 'the original of a moved image could not be removed')
    return [say('imports.couldNotRemovedStill', { path })]
  }
}

/** The same as long as nobody wrote to the file. */
async function markOf({ files }: Host, path: string): Promise<string | null> {
  return files === null ? null : (await files.stat(path, 'keep')).mark
}
