import { parsePattern, type Pattern } from './pattern-syntax.ts'

/**
 * Finds a pattern anywhere in a text, as GLib's g_regex_match_simple does for libosinfo, in time that grows with the
 * text's length times the pattern's: all ways of matching are followed side by side, none is tried again. No pattern of
 * a file that somebody else wrote can hold the engine up.
 */
export interface Finder {
  isIn(text: string): boolean
}

const mostSteps = 4096
/** Longer than any field of an ISO's descriptor. */
const longestText = 512

type Step =
  | { readonly kind: 'character'; readonly matches: (code: number) => boolean }
  | { readonly kind: 'fork'; one: number; other: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'found' }

/** Null: a pattern that this cannot match, or that is too large. */
export function compilePattern(source: string): Finder | null {
  const pattern = parsePattern(source)
  if (pattern === null) return null
  const steps = stepsOf(pattern)
  if (steps === null) return null
  const needed = longestLiteral(pattern)
  return {
    // Hardly any rule fits an ISO: most are told by one literal.
    isIn: (text) => text.length <= longestText && text.includes(needed) && runs(steps, text),
  }
}

function stepsOf(pattern: Pattern): Step[] | null {
  const steps: Step[] = []
  const isWhole = add(steps, pattern)
  steps.push({ kind: 'found' })
  return isWhole ? steps : null
}

/** Each part goes on with the step behind its own. False: that would be too many. */
function add(steps: Step[], pattern: Pattern): boolean {
  if (steps.length > mostSteps) return false
  switch (pattern.kind) {
    case 'sequence':
      return pattern.parts.every((part) => add(steps, part))
    case 'choice':
      return addChoice(steps, pattern.branches)
    case 'repeat':
      return addRepeat(steps, pattern)
    default:
      steps.push(pattern)
      return true
  }
}

function addChoice(steps: Step[], branches: readonly Pattern[]): boolean {
  const ends: { one: number; other: number }[] = []
  for (const [index, branch] of branches.entries()) {
    const isLast = index === branches.length - 1
    const fork = { kind: 'fork' as const, one: steps.length + 1, other: steps.length + 1 }
    if (!isLast) steps.push(fork)
    if (!add(steps, branch)) return false
    if (isLast) continue
    const end = { kind: 'fork' as const, one: 0, other: 0 }
    ends.push(end)
    steps.push(end)
    fork.other = steps.length
  }
  for (const end of ends) end.one = end.other = steps.length
  return true
}

function addRepeat(steps: Step[], { part, min, max }: Extract<Pattern, { kind: 'repeat' }>): boolean {
  for (let count = 0; count < min; count += 1) if (!add(steps, part)) return false
  if (max === Infinity) {
    const fork = { kind: 'fork' as const, one: steps.length + 1, other: 0 }
    steps.push(fork)
    if (!add(steps, part)) return false
    steps.push({ kind: 'fork', one: steps.indexOf(fork), other: steps.indexOf(fork) })
    fork.other = steps.length
    return true
  }
  const forks: { other: number }[] = []
  for (let count = min; count < max; count += 1) {
    const fork = { kind: 'fork' as const, one: steps.length + 1, other: 0 }
    forks.push(fork)
    steps.push(fork)
    if (!add(steps, part)) return false
  }
  for (const fork of forks) fork.other = steps.length
  return true
}

function runs(steps: readonly Step[], text: string): boolean {
  let current: number[] = []
  for (let position = 0; position <= text.length; position += 1) {
    const seen = new Uint8Array(steps.length)
    const waiting: number[] = []
    // The pattern may begin at every position.
    for (const step of [...current, 0]) if (reaches(steps, step, { position, text, seen, waiting })) return true
    const code = text.charCodeAt(position)
    current = waiting.filter((step) => isMatch(steps[step], code)).map((step) => step + 1)
  }
  return false
}

interface Moment {
  readonly position: number
  readonly text: string
  readonly seen: Uint8Array
  /** Steps that wait for the character at this position. */
  readonly waiting: number[]
}

/** Follows all that needs no character. True: the pattern is found. */
function reaches(steps: readonly Step[], from: number, { position, text, seen, waiting }: Moment): boolean {
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen[at] === 1) continue
    seen[at] = 1
    const step = steps[at]
    if (step === undefined) continue
    if (step.kind === 'found') return true
    if (step.kind === 'character') waiting.push(at)
    else if (step.kind === 'fork') open.push(step.one, step.other)
    else if (step.kind === 'start' ? position === 0 : isAtEnd(text, position)) open.push(at + 1)
  }
  return false
}

function isAtEnd(text: string, position: number): boolean {
  return position === text.length || (position === text.length - 1 && text[position] === '\n')
}

function isMatch(step: Step | undefined, code: number): boolean {
  return step?.kind === 'character' && step.matches(code)
}

/** The longest run of letters that every text must have; '' when there is none. */
function longestLiteral(pattern: Pattern): string {
  if (pattern.kind === 'character') return pattern.literal ?? ''
  if (pattern.kind !== 'sequence') return ''
  let longest = ''
  let run = ''
  for (const part of pattern.parts) {
    run = part.kind === 'character' && part.literal !== null ? run + part.literal : ''
    const inner = part.kind === 'sequence' ? longestLiteral(part) : ''
    for (const each of [run, inner]) if (each.length > longest.length) longest = each
  }
  return longest
}
