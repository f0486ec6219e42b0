import { HistoryFile } from './history-file.ts'
import type { MachineSample } from './machine-meter.ts'
import { meansOf, recordWidth, RingBuffer, type TierRecord } from './ring-buffer.ts'
import { seriesCount, type SeriesRow } from './series-row.ts'
import { StepAccumulator, tierMeasures, type Span } from './tier.ts'

const { '10-minutes': seconds, '2-hours': tens, '48-hours': minutes, '90-days': hours } = tierMeasures

export interface HistoryRows {
  readonly timesMs: Float64Array<ArrayBuffer>
  readonly rows: readonly SeriesRow[]
}

/** What is known of one machine's past: the short tiers in memory, the long ones on the disk. */
export class MachineHistory {
  readonly #file: HistoryFile
  /** One sample a step, so its least, mean and most are one. */
  readonly #seconds = new RingBuffer(seconds.capacity, seriesCount)
  readonly #tens = new RingBuffer(tens.capacity, recordWidth)
  readonly #tenAccumulator = new StepAccumulator(tens.stepMs)
  readonly #minuteAccumulator = new StepAccumulator(minutes.stepMs)
  readonly #hourAccumulator = new StepAccumulator(hours.stepMs)
  /** Not yet on the disk. */
  #minutes: TierRecord[] = []
  #hours: TierRecord[] = []

  constructor(path: string) {
    this.#file = new HistoryFile(path, [minutes, hours])
  }

  add({ takenAtMs, row }: MachineSample): void {
    this.#seconds.push({ step: Math.floor(takenAtMs / seconds.stepMs), values: row })
    const ten = this.#tenAccumulator.add(takenAtMs, row)
    if (ten !== null) this.#tens.push(ten)
    const minute = this.#minuteAccumulator.add(takenAtMs, row)
    if (minute !== null) this.#minutes.push(minute)
    const hour = this.#hourAccumulator.add(takenAtMs, row)
    if (hour !== null) this.#hours.push(hour)
  }

  /** The span until now; its last row is the step that is not over yet. */
  async read(span: Span, nowMs: number): Promise<HistoryRows> {
    const { stepMs, capacity } = tierMeasures[span]
    const since = Math.floor(nowMs / stepMs) - capacity + 1
    const records = await this.#records(span, since)
    const rows = records.map(({ values }) => (values.length === seriesCount ? Array.from(values) : meansOf(values)))
    return { timesMs: Float64Array.from(records, ({ step }) => step * stepMs), rows }
  }

  async #records(span: Span, since: number): Promise<TierRecord[]> {
    switch (span) {
      case '10-minutes':
        return [...this.#seconds.since(since)]
      case '2-hours':
        return withCurrent([...this.#tens.since(since)], this.#tenAccumulator)
      case '48-hours':
        return withCurrent(merged(await this.#file.read(0, since), this.#minutes), this.#minuteAccumulator)
      case '90-days':
        return withCurrent(merged(await this.#file.read(1, since), this.#hours), this.#hourAccumulator)
    }
  }

  /** Puts what is finished on the disk; with `current` also what is not, as nothing more will come. */
  async save(options: { current: boolean }): Promise<void> {
    const [minutesNow, hoursNow] = [this.#minutes, this.#hours]
    await this.#file.write([
      options.current ? withCurrent([...minutesNow], this.#minuteAccumulator) : minutesNow,
      options.current ? withCurrent([...hoursNow], this.#hourAccumulator) : hoursNow,
    ])
    this.#minutes = this.#minutes.slice(minutesNow.length)
    this.#hours = this.#hours.slice(hoursNow.length)
  }
}

function withCurrent(records: TierRecord[], accumulator: StepAccumulator): TierRecord[] {
  const current = accumulator.current()
  return current === null ? records : merged(records, [current])
}

/** The later list wins where both have a step: the disk may hold the beginning of a step that went on. */
function merged(older: readonly TierRecord[], newer: readonly TierRecord[]): TierRecord[] {
  const firstNew = newer[0]?.step ?? Number.POSITIVE_INFINITY
  return [...older.filter(({ step }) => step < firstNew), ...newer]
}
