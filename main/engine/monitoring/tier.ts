import { recordWidth, type TierRecord } from './ring-buffer.ts'
import { seriesCount, type SeriesRow } from './series-row.ts'

export interface TierMeasure {
  readonly stepMs: number
  /** Steps that are kept. */
  readonly capacity: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** From fine to coarse: 1 s × 10 min, 10 s × 2 h, 1 min × 48 h, 1 h × 90 days. */
export const tierMeasures = {
  '10-minutes': { stepMs: 1_000, capacity: 600 },
  '2-hours': { stepMs: 10_000, capacity: 720 },
  '48-hours': { stepMs: minuteMs, capacity: 2_880 },
  '90-days': { stepMs: hourMs, capacity: 2_160 },
} as const satisfies Record<string, TierMeasure>

export type Span = keyof typeof tierMeasures

/** Brings the samples of one step down to a record: least, mean and most of each series, of what was known. */
export class StepAccumulator {
  readonly #stepMs: number
  #step: number | null = null
  #counts = new Uint32Array(seriesCount)
  /** Least, sum, most. */
  #values = new Float64Array(recordWidth)

  constructor(stepMs: number) {
    this.#stepMs = stepMs
  }

  /** Returns the record of the step before when this sample begins another. */
  add(takenAtMs: number, row: SeriesRow): TierRecord | null {
    const step = Math.floor(takenAtMs / this.#stepMs)
    const finished = this.#step !== null && step !== this.#step ? this.current() : null
    if (step !== this.#step) this.#begin(step)
    for (let series = 0; series < seriesCount; series += 1) this.#addOne(series, row[series] ?? Number.NaN)
    return finished
  }

  /** The step that is not over yet; null before the first sample. */
  current(): TierRecord | null {
    if (this.#step === null) return null
    const values = new Float32Array(recordWidth).fill(Number.NaN)
    for (let series = 0; series < seriesCount; series += 1) {
      const count = this.#counts[series] ?? 0
      if (count === 0) continue
      values[series * 3] = this.#values[series * 3] ?? Number.NaN
      values[series * 3 + 1] = (this.#values[series * 3 + 1] ?? Number.NaN) / count
      values[series * 3 + 2] = this.#values[series * 3 + 2] ?? Number.NaN
    }
    return { step: this.#step, values }
  }

  #begin(step: number): void {
    this.#step = step
    this.#counts.fill(0)
    for (let series = 0; series < seriesCount; series += 1) {
      this.#values[series * 3] = Number.POSITIVE_INFINITY
      this.#values[series * 3 + 1] = 0
      this.#values[series * 3 + 2] = Number.NEGATIVE_INFINITY
    }
  }

  #addOne(series: number, value: number): void {
    if (Number.isNaN(value)) return
    const at = series * 3
    this.#counts[series] = (this.#counts[series] ?? 0) + 1
    this.#values[at] = Math.min(this.#values[at] ?? value, value)
    this.#values[at + 1] = (this.#values[at + 1] ?? 0) + value
    this.#values[at + 2] = Math.max(this.#values[at + 2] ?? value, value)
  }
}
