export interface TextChange {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** The smallest stretch whose replacement makes one text the other; null: they are equal. */
export function changeBetween(before: string, after: string): TextChange | null {
  if (before === after) return null
  const shorter = Math.min(before.length, after.length)
  let from = 0
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from += 1
  let tail = 0
  while (
    tail < shorter - from &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail += 1
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) }
}

/** An editor counts every end of a line as one character. */
export const withPlainLineEnds = (text: string): string => text.replaceAll(/\r\n?/g, '\n')
