import { type MachineStatsMessage, seriesNames, type SeriesName } from '@strata/contract/monitoring.ts'

export const graphSpans = ['10-minutes', '2-hours', '48-hours', '90-days'] as const
export type GraphSpan = (typeof graphSpans)[number]

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** How long a span is, and how far its points lie apart. */
export const spanMeasures: Readonly<Record<GraphSpan, { lengthMs: number; stepMs: number }>> = {
  '10-minutes': { lengthMs: 10 * MINUTE_MS, stepMs: SECOND_MS },
  '2-hours': { lengthMs: 2 * HOUR_MS, stepMs: 10 * SECOND_MS },
  '48-hours': { lengthMs: 48 * HOUR_MS, stepMs: MINUTE_MS },
  '90-days': { lengthMs: 90 * 24 * HOUR_MS, stepMs: HOUR_MS },
}

/** The stream slows down when nobody looks: fewer than this many seconds between two points are no gap. */
const QUIET_INTERVAL_MS = 6 * SECOND_MS

export type GraphValues = (number | null)[]

export interface SeriesSummary {
  /** Null: not known at the moment. */
  readonly now: number | null
  readonly mean: number | null
  readonly max: number | null
}

/**
 * The columns that the graphs draw: times in seconds, and null where nothing is known, which is drawn as a gap.
 * They are changed in place, a point a second, and never grow longer than their span.
 */
export class GraphColumns {
  readonly timesS: number[] = []
  readonly series: Record<SeriesName, GraphValues>
  readonly #lengthMs: number
  readonly #stepMs: number
  /** Live samples that the last point stands for; 0: it came from the history and is finished. */
  #samplesInLastPoint = 0

  constructor(span: GraphSpan) {
    this.#lengthMs = spanMeasures[span].lengthMs
    this.#stepMs = spanMeasures[span].stepMs
    this.series = {
      cpuShare: [],
      memoryUsedKiB: [],
      diskReadBytesPerS: [],
      diskWriteBytesPerS: [],
      networkInBytesPerS: [],
      networkOutBytesPerS: [],
    }
  }

  take(message: MachineStatsMessage): void {
    if (message.type === 'history') this.#clear()
    message.timesMs.forEach((timeMs, index) => {
      if (message.type === 'sample' && this.#joinsLastPoint(timeMs)) this.#average(message, index)
      else this.#append(message, index, timeMs)
      this.#samplesInLastPoint = message.type === 'sample' ? this.#samplesInLastPoint + 1 : 0
    })
    this.#forget()
  }

  summary(name: SeriesName): SeriesSummary {
    const values = this.series[name]
    const known = values.filter((value) => value !== null)
    if (known.length === 0) return { now: null, mean: null, max: null }
    return {
      now: values.at(-1) ?? null,
      mean: known.reduce((sum, value) => sum + value, 0) / known.length,
      max: known.reduce((max, value) => Math.max(max, value), 0),
    }
  }

  #clear(): void {
    this.timesS.length = 0
    this.#samplesInLastPoint = 0
    for (const name of seriesNames) this.series[name].length = 0
  }

  /** A span with a wide step gets a sample each second too; those of one step make one point. */
  #joinsLastPoint(timeMs: number): boolean {
    const lastS = this.timesS.at(-1)
    if (lastS === undefined || this.#samplesInLastPoint === 0) return false
    return Math.floor((lastS * 1000) / this.#stepMs) === Math.floor(timeMs / this.#stepMs) && this.#stepMs > SECOND_MS
  }

  #average(message: MachineStatsMessage, index: number): void {
    const weight = this.#samplesInLastPoint
    for (const name of seriesNames) {
      const values = this.series[name]
      const before = values.at(-1) ?? null
      const sample = known(message.columns[name][index])
      if (sample === null) continue
      values[values.length - 1] = before === null ? sample : (before * weight + sample) / (weight + 1)
    }
  }

  #append(message: MachineStatsMessage, index: number, timeMs: number): void {
    const lastS = this.timesS.at(-1)
    if (lastS !== undefined && timeMs <= lastS * 1000) return
    const longestMs = Math.max(3 * this.#stepMs, QUIET_INTERVAL_MS)
    if (lastS !== undefined && timeMs - lastS * 1000 > longestMs) {
      this.timesS.push(lastS + this.#stepMs / 1000)
      for (const name of seriesNames) this.series[name].push(null)
    }
    this.timesS.push(timeMs / 1000)
    for (const name of seriesNames) this.series[name].push(known(message.columns[name][index]))
    this.#samplesInLastPoint = 0
  }

  #forget(): void {
    const lastS = this.timesS.at(-1)
    if (lastS === undefined) return
    const oldestS = lastS - this.#lengthMs / 1000
    const firstKept = this.timesS.findIndex((timeS) => timeS >= oldestS)
    if (firstKept <= 0) return
    this.timesS.splice(0, firstKept)
    for (const name of seriesNames) this.series[name].splice(0, firstKept)
  }
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
