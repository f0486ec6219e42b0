import type { CrossSection, CrossSectionNode } from '@strata/contract/cross-section.ts'
import { clipped, unkeyed, type Said } from '@strata/contract/words/said.ts'
import { say } from '@strata/contract/words/say.ts'

export type Link = CrossSection['links'][number]

/** What one layer adds to the picture. */
export interface Part {
  /** A name, or what is said instead of one. */
  readonly caption: string | Said
  readonly nodes: readonly CrossSectionNode[]
  readonly links: readonly Link[]
}

type Wanted = Pick<CrossSectionNode, 'id' | 'stratum' | 'meaning'> &
  Partial<Omit<CrossSectionNode, 'title' | 'detail'>> & {
    /** A name, or what is said instead of one. */
    readonly title: string | Said
    readonly detail: string | Said
  }

const longestTitle = 80
const longestDetail = 160

/** A node in good health without a bar, but for what is said otherwise. Texts can be a guest's: they are kept short. */
export function node(wanted: Wanted): CrossSectionNode {
  return {
    share: null,
    health: 'good',
    url: null,
    ...wanted,
    title: shortened(wanted.title, longestTitle),
    detail: shortened(wanted.detail, longestDetail),
  }
}

/** A share for the bar; null where there is nothing to divide by. */
export function shareOf(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null || !(whole > 0) || Number.isNaN(part)) return null
  return Math.min(1, Math.max(0, part / whole))
}

export function link(upperId: string, lowerId: string): Link {
  return { upperId, lowerId }
}

/** An id that holds a name of any kind. */
export function idOf(kind: string, name: string): string {
  return `${kind}-${encodeURIComponent(name)}`
}

function shortened(text: string | Said, longest: number): Said {
  if (typeof text === 'string') return unkeyed(clipped(text, longest))
  return text.english.length <= longest ? text : unkeyed(clipped(text.english, longest))
}

/** A name is said as it is. */
export const namedOrSaid = (text: string | Said): Said => (typeof text === 'string' ? unkeyed(text) : text)

/** Facts in one line. */
export function factsOf(facts: readonly (string | Said | null)[]): Said {
  return say('engine.parts', { all: facts.filter((fact) => fact !== null) })
}
