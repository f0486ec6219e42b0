import { seriesNames, type Columns, type SeriesName } from '@strata/contract/monitoring.ts'

/** The values of all series at one moment, in the order of `seriesNames`. NaN: not known. */
export type SeriesRow = Float32Array
export const seriesCount = seriesNames.length

export function emptyRow(): SeriesRow {
  return new Float32Array(seriesCount).fill(Number.NaN)
}

export function rowOf(values: Readonly<Record<SeriesName, number>>): SeriesRow {
  return Float32Array.from(seriesNames, (name) => values[name])
}

export function isKnown(row: SeriesRow): boolean {
  return row.some((value) => !Number.isNaN(value))
}

/** Turns rows into columns, which travel. */
export function columnsOf(rows: readonly SeriesRow[]): Columns {
  const column = (index: number) => Float32Array.from(rows, (row) => row[index] ?? Number.NaN)
  return {
    cpuShare: column(0),
    memoryUsedKiB: column(1),
    diskReadBytesPerS: column(2),
    diskWriteBytesPerS: column(3),
    networkInBytesPerS: column(4),
    networkOutBytesPerS: column(5),
  }
}
