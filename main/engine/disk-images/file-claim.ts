import type { Said } from '@strata/contract/words/said.ts'

import type { NamedRole } from '../definitions/named-paths.ts'

/** Who needs files. */
export type FileOwner =
  | { readonly kind: 'machine'; readonly hostId: string; readonly uuid: string; readonly name: string }
  | { readonly kind: 'trash'; readonly entryId: string; readonly name: string }
  | { readonly kind: 'job'; readonly jobId: string; readonly title: Said }
  | { readonly kind: 'cloud-image'; readonly imageId: string }
  /** An image that belongs to none of these: in a pool, or beside the file that is asked for. */
  | { readonly kind: 'image'; readonly path: string }

/** How a machine, or one in the trash, comes to need a file. */
export type ClaimRole = NamedRole | 'restore-point' | 'saved-state'

export interface FileClaim {
  readonly hostId: string
  readonly owner: FileOwner
  readonly path: string
  readonly role: ClaimRole
}

/** A place that could not be looked at: what is there may need any file. */
export interface UnseenPlace {
  /** A whole sentence for the user. */
  readonly sentence: Said
}

export interface Claims {
  readonly claims: readonly FileClaim[]
  readonly unseen: readonly UnseenPlace[]
}

export function joinClaims(parts: readonly Claims[]): Claims {
  return { claims: parts.flatMap(({ claims }) => claims), unseen: parts.flatMap(({ unseen }) => unseen) }
}

export function isSameOwner(one: FileOwner, other: FileOwner): boolean {
  switch (one.kind) {
    case 'machine':
      return other.kind === 'machine' && other.hostId === one.hostId && other.uuid === one.uuid
    case 'trash':
      return other.kind === 'trash' && other.entryId === one.entryId
    case 'job':
      return other.kind === 'job' && other.jobId === one.jobId
    case 'cloud-image':
      return other.kind === 'cloud-image' && other.imageId === one.imageId
    case 'image':
      return other.kind === 'image' && other.path === one.path
  }
}
