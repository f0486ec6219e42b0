import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError } from '../strata-error.ts'
import { differenceLines, hunksOf, type Hunk } from './line-difference.ts'
import { hidden, publicText } from './public-text.ts'

/** A definition before and after a change, both without secrets. */
export interface ChangedText {
  readonly before: string
  readonly after: string
}

/**
 * The definition as it is now, with secrets, without that one change: what was changed since elsewhere stays.
 * @throws StrataError 'wrong-state' when what it changed is not as it left it
 */
export function takenBack(nowText: string, { before, after }: ChangedText): string {
  const now = nowText.split('\n')
  const shown = publicText(nowText).split('\n')
  const base = after.split('\n')
  if (shown.length !== now.length) throw refusal(nowText, { before, after })
  const since = hunksOf(base, shown)
  const back = hunksOf(base, before.split('\n'))
  if (back.length === 0) throw new StrataError('wrong-state', say('definitions.changeLeftDefinition'))
  if (back.some((ours) => since.some((theirs) => meet(ours, theirs)))) throw refusal(nowText, { before, after })
  const result = [...now]
  // From the end, so that what was found before still holds.
  for (const hunk of back.toReversed()) {
    const shift = since
      .filter(({ to }) => to <= hunk.from)
      .reduce((sum, { from, to, lines }) => sum + lines.length - (to - from), 0)
    const [from, to] = [hunk.from + shift, hunk.to + shift]
    result.splice(from, to - from, ...withSecrets(hunk.lines, now.slice(from, to)))
  }
  return result.join('\n')
}

/** Whole lines beside each other are no conflict; an insertion has no place of its own once its neighbours moved. */
function meet(one: Hunk, other: Hunk): boolean {
  if (one.from === one.to || other.from === other.to) return one.from <= other.to && other.from <= one.to
  return one.from < other.to && other.from < one.to
}

const secret = / (?:passwd|password)='([^']*)'/

/** A line that comes back gets the secret that is in its place now: it was never written down. */
function withSecrets(lines: readonly string[], replaced: readonly string[]): string[] {
  return lines.map((line) => {
    if (!line.includes(hidden)) return line
    const found = replaced.flatMap((each) => secret.exec(each)?.[1] ?? [])
    const [only] = found
    if (only === undefined || found.length > 1 || !secret.test(line)) {
      throw new StrataError('wrong-state', say('definitions.cannotTakenBackPassword'))
    }
    return line.replace(secret, (whole) => whole.replace(hidden, () => only))
  })
}

function refusal(nowText: string, { before, after }: ChangedText): StrataError {
  return new StrataError('wrong-state', say('definitions.cannotTakenBackSame'), {
    detail: threeWays(after, publicText(nowText), before),
  })
}

/** What was known, what it is now, and what is wanted, for people. All without secrets. */
export function threeWays(seen: string, now: string, wanted: string): string {
  const part = (title: Said, lines: readonly string[]) => [title.english, ...(lines.length === 0 ? ['nothing'] : lines)]
  return [
    ...part(say('definitions.whatChangedSince'), differenceLines(seen, now)),
    '',
    ...part(say('definitions.whatYouWantChange'), differenceLines(seen, wanted)),
  ].join('\n')
}
