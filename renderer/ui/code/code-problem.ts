import type { Diagnostic } from '@codemirror/lint'
import type { Text } from '@codemirror/state'

/** What a program could not read in a text; `line` counts from 1, null: not known. */
export interface CodeProblem {
  readonly message: string
  readonly line: number | null
}

/** The line without its indentation; the text may have become shorter since the problem was found. */
export function lineRange(doc: Text, line: number): { from: number; to: number } {
  const { from, to, text } = doc.line(Math.min(Math.max(1, line), doc.lines))
  const indentation = text.length - text.trimStart().length
  return { from: text.trim() === '' ? from : from + indentation, to }
}

/** Marks for the problems that have a line, in the order of the text. */
export function problemMarks(doc: Text, problems: readonly CodeProblem[]): Diagnostic[] {
  return problems
    .flatMap(({ line, message }): Diagnostic[] =>
      line === null ? [] : [{ ...lineRange(doc, line), severity: 'error', message }],
    )
    .sort((one, other) => one.from - other.from)
}
