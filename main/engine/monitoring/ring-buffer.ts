import { seriesCount, type SeriesRow } from './series-row.ts'

/** Numbers of a record: of each series the least, the mean and the most. */
export const recordWidth = seriesCount * 3

/** One step of a tier: what the samples of its time came to. */
export interface TierRecord {
  /** Number of the step since the epoch. */
  readonly step: number
  /** For each series min, mean, max, or one number where a step has one sample; NaN where nothing was known. */
  readonly values: ArrayLike<number>
}

export function meansOf(values: ArrayLike<number>): SeriesRow {
  return Array.from({ length: seriesCount }, (_, index) => values[index * 3 + 1] ?? Number.NaN)
}

const smallestCapacity = 16

/** The newest records of a tier, so many and no more. Takes memory as it fills: most machines are watched for minutes only. */
export class RingBuffer {
  readonly #capacity: number
  readonly #width: number
  #steps: Float64Array
  #values: Float32Array
  /** Records ever pushed. */
  #pushed = 0

  /** @param width numbers of a record */
  constructor(capacity: number, width: number) {
    this.#capacity = capacity
    this.#width = width
    const first = Math.min(capacity, smallestCapacity)
    this.#steps = new Float64Array(first)
    this.#values = new Float32Array(first * width)
  }

  get length(): number {
    return Math.min(this.#pushed, this.#capacity)
  }

  /** A step that is not after the last one takes its place: a clock that was set back must not turn the order round. */
  push({ step, values }: TierRecord): void {
    const lastStep = this.#pushed === 0 ? Number.NEGATIVE_INFINITY : this.#stepAt(this.#pushed - 1)
    if (step <= lastStep) {
      this.#values.set(values, this.#slotOf(this.#pushed - 1) * this.#width)
      return
    }
    this.#grow()
    const slot = this.#slotOf(this.#pushed)
    this.#steps[slot] = step
    this.#values.set(values, slot * this.#width)
    this.#pushed += 1
  }

  /** From the oldest to the newest, beginning at a step. */
  *since(step: number): Generator<TierRecord> {
    for (let index = this.#pushed - this.length; index < this.#pushed; index += 1) {
      const slot = this.#slotOf(index)
      const here = this.#stepAt(index)
      if (here >= step) yield { step: here, values: this.#values.slice(slot * this.#width, (slot + 1) * this.#width) }
    }
  }

  #stepAt(index: number): number {
    return this.#steps[this.#slotOf(index)] ?? Number.NEGATIVE_INFINITY
  }

  #slotOf(index: number): number {
    return index % this.#capacity
  }

  /** Doubles until it has its size; until then slots are used in order, so that copying keeps them. */
  #grow(): void {
    const room = this.#steps.length
    if (this.#pushed < room || room === this.#capacity) return
    const next = Math.min(this.#capacity, room * 2)
    const steps = new Float64Array(next)
    const values = new Float32Array(next * this.#width)
    steps.set(this.#steps)
    values.set(this.#values)
    this.#steps = steps
    this.#values = values
  }
}
