import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { structuredPatch } from 'diff'

/** What a use puts into the guest. */
export interface Recipe {
  readonly packages: readonly string[]
  readonly services: readonly string[]
}

/** The set-up as it would be without the recipe; a thing that is named twice was also wanted by somebody else. */
export function withoutRecipe(setup: GuestSetup, { packages, services }: Recipe): GuestSetup {
  return { ...setup, packages: without(setup.packages, packages), services: without(setup.services, services) }
}

function without(list: readonly string[], names: readonly string[]): string[] {
  const left = [...list]
  for (const name of names) {
    const at = left.lastIndexOf(name)
    if (at >= 0) left.splice(at, 1)
  }
  return left
}

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'gap'
  readonly text: string
}

const kinds = { '+': 'added', '-': 'removed', ' ': 'same' } as const
/** So many lines stand around a change: enough to see which list it is in. */
const contextLines = 2

/** Lines that differ, in their surroundings; what lies between is a gap. Empty: the texts are equal. */
export function diffLines(before: string, after: string): DiffLine[] {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: contextLines })
  return hunks.flatMap(({ lines }, index) => {
    const shown = lines.flatMap((line): DiffLine[] => {
      const kind = kinds[line.charAt(0) as keyof typeof kinds]
      return kind === undefined ? [] : [{ kind, text: line.slice(1) }] // '\\': a remark on the last line's end
    })
    return index === 0 ? shown : [{ kind: 'gap', text: '⋯' }, ...shown]
  })
}
