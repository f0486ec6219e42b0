import { basename } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { FileOwner } from '../disk-images/file-claim.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'

/** Who builds on some images, and why that may not be all. */
export interface ImageUsers {
  /** By path: the names of machines and, of images that belong to no machine, their file names. */
  readonly byPath: ReadonlyMap<string, readonly string[]>
  /** A sentence; null: everything could be looked at. */
  readonly unseen: Said | null
}

/** Who needs these cloud images, besides the library that keeps them. */
export async function imageUsers(fileUsers: FileUsers, host: Host, paths: readonly string[]): Promise<ImageUsers> {
  if (paths.length === 0) return { byPath: new Map(), unseen: null }
  const uses = await fileUsers.ask({ host, paths })
  const byPath = new Map<string, readonly string[]>()
  for (const path of paths) {
    const owners = (await uses.of(path)).map(({ owner }) => owner).filter(({ kind }) => kind !== 'cloud-image')
    byPath.set(path, [...new Set(owners.map(nameOf))].sort())
  }
  return { byPath, unseen: uses.unseen[0]?.sentence ?? null }
}

function nameOf(owner: FileOwner): string {
  switch (owner.kind) {
    case 'machine':
      return owner.name
    case 'trash':
      return say('images.inTheTrash', { owner: owner.name }).english
    case 'job':
      return owner.title.english
    case 'cloud-image':
      return owner.imageId
    case 'image':
      return basename(owner.path)
  }
}
