import type { Job } from '@strata/contract/jobs.ts'

/** Long enough to be calm, short enough to follow a change. */
const windowMs = 5_000
/** Before that a rate is a guess. */
const leastSpanMs = 500

/** Derives rate and remaining time from how far a transfer was, over the last seconds. */
export class TransferRate {
  #points: { atMs: number; doneBytes: number }[] = []

  note(doneBytes: number, totalBytes: number | null, atMs: number): NonNullable<Job['progress']> {
    const last = this.#points.at(-1)
    if (last !== undefined && doneBytes < last.doneBytes) this.#points = [] // another file began
    this.#points.push({ atMs, doneBytes })
    while (this.#points.length > 2 && (this.#points[1]?.atMs ?? atMs) < atMs - windowMs) this.#points.shift()
    const bytesPerS = this.#bytesPerS()
    const remainingMs =
      bytesPerS === null || bytesPerS <= 0 || totalBytes === null
        ? null
        : Math.round((Math.max(0, totalBytes - doneBytes) / bytesPerS) * 1000)
    return { doneBytes, totalBytes, bytesPerS, remainingMs }
  }

  #bytesPerS(): number | null {
    const first = this.#points[0]
    const last = this.#points.at(-1)
    if (first === undefined || last === undefined || last.atMs - first.atMs < leastSpanMs) return null
    return Math.round(((last.doneBytes - first.doneBytes) * 1000) / (last.atMs - first.atMs))
  }
}
