/** How many letters must be put in, left out, changed or swapped with their neighbour to make one word of the other. */
export function wordDistance(from: string, to: string): number {
  let [before, last] = [[] as number[], Array.from({ length: to.length + 1 }, (_, index) => index)]
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const isSwapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (isSwapped) least = Math.min(least, (before[column - 2] ?? 0) + 1)
      line.push(least)
    }
    ;[before, last] = [last, line]
  }
  return last[to.length] ?? from.length
}

/** The known word that was most likely meant: it begins so, or a third of its letters differ at most. Null: none. */
export function closestWord<Word extends string>(typed: string, known: readonly Word[]): Word | null {
  const begun = known.filter((word) => typed.length >= 3 && word.startsWith(typed))
  if (begun.length === 1) return begun[0] ?? null
  const [nearest] = known
    .map((word) => ({ word, distance: wordDistance(typed, word) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)))
    .sort((one, other) => one.distance - other.distance)
  return nearest?.word ?? null
}
