/** One line of the result: what we took, what the peer took, in the same run. */
export interface BenchRow {
  readonly name: string
  readonly ours: number
  readonly peer: number | null
  readonly peerName: string | null
  readonly unit: string
  /** ours / peer; null where there is no peer. */
  readonly ratio: number | null
}

/** A row as it is registered: its goal is the design's, `better` says which side of it is good. */
export interface BenchEntry {
  readonly name: string
  readonly goal: number
  readonly better: 'more' | 'less'
  /** What the goal judges: the ratio, or our own figure where there is no peer. */
  readonly judged: 'ratio' | 'ours'
  measure(): Promise<BenchRow>
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('The median of nothing')
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Five significant digits are more than any of these measurements holds. */
const rounded = (value: number) => Number(value.toPrecision(5))

export function rowAgainst(name: string, unit: string, ours: number, peer: number, peerName: string): BenchRow {
  return { name, ours: rounded(ours), peer: rounded(peer), peerName, unit, ratio: rounded(ours / peer) }
}

export function meetsGoal(entry: BenchEntry, row: BenchRow): boolean {
  const judged = entry.judged === 'ratio' ? row.ratio : row.ours
  if (judged === null) return false
  return entry.better === 'more' ? judged >= entry.goal : judged <= entry.goal
}

/** Lets two sides take turns, so that other work on the machine hits both; one uncounted pass first. */
export async function takeTurns<T>(
  passes: number,
  ours: () => Promise<T>,
  peer: () => Promise<T>,
): Promise<{ ours: T[]; peer: T[] }> {
  const results = { ours: [] as T[], peer: [] as T[] }
  await ours()
  await peer()
  for (let pass = 0; pass < passes; pass += 1) {
    results.ours.push(await ours())
    results.peer.push(await peer())
  }
  return results
}
