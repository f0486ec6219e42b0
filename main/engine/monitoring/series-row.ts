import { seriesNames, type Columns } from '@strata/contract/monitoring.ts'

/**
 * The values of all series at one moment, in the order of `seriesNames`. NaN: not known. A plain list: a thousand
 * small typed arrays a second would keep the garbage collector busy.
 */
export type SeriesRow = readonly number[]
export const seriesCount = seriesNames.length

/** Nothing is known. */
export const emptyRow: SeriesRow = seriesNames.map(() => Number.NaN)

export function isKnown(row: SeriesRow): boolean {
  return row.some((value) => !Number.isNaN(value))
}

/** Turns rows into columns, which travel. */
export function columnsOf(rows: readonly SeriesRow[]): Columns {
  return {
    cpuShare: column(rows, 0),
    memoryUsedKiB: column(rows, 1),
    diskReadBytesPerS: column(rows, 2),
    diskWriteBytesPerS: column(rows, 3),
    networkInBytesPerS: column(rows, 4),
    networkOutBytesPerS: column(rows, 5),
  }
}

function column(rows: readonly SeriesRow[], series: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows.length)
  for (let index = 0; index < rows.length; index += 1) values[index] = rows[index]?.[series] ?? Number.NaN
  return values
}
