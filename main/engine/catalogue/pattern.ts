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

interface Fork {
  readonly kind: 'fork'
  one: number
  other: number
}

type Step =
  | Fork
  | { readonly kind: 'character'; readonly matches: (code: number) => boolean }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'found' }

/** Null: a pattern that this cannot match, or that is too large. */
export function compilePattern(source: string): Finder | null {
  const pattern = parsePattern(source)
  if (pattern === null) return null
  if (stepCountOf(pattern) > mostSteps) return null
  const needed = longestLiteral(pattern)
  let steps: readonly Step[] | null = null
  return {
    isIn(text) {
      // Hardly any rule fits an ISO: most are told by one literal, and need no steps at all.
      if (text.length > longestText || !text.includes(needed)) return false
      steps ??= stepsOf(pattern)
      return runs(steps, text)
    },
  }
}

/** As many as stepsOf makes, at most; found without making them. */
function stepCountOf(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'sequence':
      return pattern.parts.reduce((sum, part) => sum + stepCountOf(part), 1)
    case 'choice':
      return pattern.branches.reduce((sum, branch) => sum + stepCountOf(branch) + 2, 0)
    case 'repeat':
      return (stepCountOf(pattern.part) + 2) * (pattern.max === Infinity ? pattern.min + 1 : pattern.max)
    default:
      return 1
  }
}

function stepsOf(pattern: Pattern): Step[] {
  const steps: Step[] = []
  add(steps, pattern)
  steps.push({ kind: 'found' })
  return steps
}

/** Each part goes on with the step behind its own. */
function add(steps: Step[], pattern: Pattern): void {
  switch (pattern.kind) {
    case 'sequence':
      for (const part of pattern.parts) add(steps, part)
      break
    case 'choice':
      addChoice(steps, pattern.branches)
      break
    case 'repeat':
      addRepeat(steps, pattern)
      break
    default:
      steps.push(pattern)
  }
}

function addChoice(steps: Step[], branches: readonly Pattern[]): void {
  const ends: Fork[] = []
  for (const branch of branches.slice(0, -1)) {
    const fork = addFork(steps)
    add(steps, branch)
    ends.push(addFork(steps))
    fork.other = steps.length
  }
  add(steps, branches.at(-1) ?? { kind: 'sequence', parts: [] })
  for (const end of ends) end.one = end.other = steps.length
}

function addRepeat(steps: Step[], { part, min, max }: Extract<Pattern, { kind: 'repeat' }>): void {
  for (let count = 0; count < min; count += 1) add(steps, part)
  if (max === Infinity) {
    const at = steps.length
    const fork = addFork(steps)
    add(steps, part)
    steps.push({ kind: 'fork', one: at, other: at })
    fork.other = steps.length
    return
  }
  const forks: Fork[] = []
  for (let count = min; count < max; count += 1) {
    forks.push(addFork(steps))
    add(steps, part)
  }
  for (const fork of forks) fork.other = steps.length
}

/** Goes on with the next step, and with another that is set later. */
function addFork(steps: Step[]): Fork {
  const fork: Fork = { kind: 'fork', one: steps.length + 1, other: steps.length + 1 }
  steps.push(fork)
  return fork
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
