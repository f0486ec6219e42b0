import { say } from '@strata/contract/words/say.ts'

/** Lines `from` to `to` (exclusive) of the old text became `lines`. */
export interface Hunk {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/** Beyond this many pairs of lines the changed middle is one hunk: a definition that was written anew. */
const mostPairs = 4_000_000

/** What became of the old lines, from the front; empty: nothing. */
export function hunksOf(old: readonly string[], now: readonly string[]): Hunk[] {
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1
  let [oldEnd, nowEnd] = [old.length, now.length]
  while (oldEnd > start && nowEnd > start && old[oldEnd - 1] === now[nowEnd - 1]) {
    oldEnd -= 1
    nowEnd -= 1
  }
  const [oldPart, nowPart] = [old.slice(start, oldEnd), now.slice(start, nowEnd)]
  if (oldPart.length === 0 && nowPart.length === 0) return []
  if (oldPart.length * nowPart.length > mostPairs) return [{ from: start, to: oldEnd, lines: nowPart }]
  return middleHunks(oldPart, nowPart).map(({ from, to, lines }) => ({ from: from + start, to: to + start, lines }))
}

/** By the longest common subsequence. */
function middleHunks(old: readonly string[], now: readonly string[]): Hunk[] {
  const width = now.length + 1
  const common = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  }
  const hunks: Hunk[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    const [from, nowFrom] = [i, j]
    while ((i < old.length || j < now.length) && (i === old.length || j === now.length || old[i] !== now[j])) {
      if (j === now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) i += 1
      else j += 1
    }
    if (i > from || j > nowFrom) hunks.push({ from, to: i, lines: now.slice(nowFrom, j) })
    while (i < old.length && j < now.length && old[i] === now[j]) {
      i += 1
      j += 1
    }
  }
  return hunks
}

/** More of it is no difference that anybody reads. */
const mostLines = 200

/** For people: '- ' before what went, '+ ' before what came, without the indentation. */
export function differenceLines(old: string, now: string): string[] {
  const oldLines = old.split('\n')
  const lines = hunksOf(oldLines, now.split('\n')).flatMap((hunk) => [
    ...oldLines.slice(hunk.from, hunk.to).map((line) => `- ${line.trim()}`),
    ...hunk.lines.map((line) => `+ ${line.trim()}`),
  ])
  const more = lines.length - mostLines
  return more > 0 ? [...lines.slice(0, mostLines), say('definitions.moreLines', { more }).english] : lines
}
