import type { Columns, MachineStatsMessage } from '@strata/contract/monitoring.ts'
import { describe, expect, it } from 'vitest'
import { GraphColumns } from './graph-columns.ts'

const START_MS = 1_700_000_000_000

function message(
  type: MachineStatsMessage['type'],
  points: readonly (readonly [number, number])[],
): MachineStatsMessage {
  const cpuShare = Float32Array.from(points, ([, value]) => value)
  const rest = () => new Float32Array(points.length)
  const columns: Columns = {
    cpuShare,
    memoryUsedKiB: rest(),
    diskReadBytesPerS: rest(),
    diskWriteBytesPerS: rest(),
    networkInBytesPerS: rest(),
    networkOutBytesPerS: rest(),
  }
  return {
    type,
    timesMs: Float64Array.from(points, ([second]) => START_MS + second * 1000),
    columns,
    memorySource: 'guest',
  }
}
const seconds = (graph: GraphColumns) => graph.timesS.map((timeS) => timeS - START_MS / 1000)

describe('GraphColumns', () => {
  it('shows the history and then a point for each sample', () => {
    const graph = new GraphColumns('10-minutes')
    graph.take(
      message('history', [
        [0, 0.25],
        [1, 0.5],
      ]),
    )
    graph.take(message('sample', [[2, 0.75]]))
    expect(seconds(graph)).toEqual([0, 1, 2])
    expect(graph.series.cpuShare).toEqual([0.25, 0.5, 0.75])
  })

  it('draws what is not known as a gap, never as zero', () => {
    const graph = new GraphColumns('10-minutes')
    graph.take(
      message('history', [
        [0, 0.5],
        [1, Number.NaN],
        [2, 0.5],
      ]),
    )
    expect(graph.series.cpuShare).toEqual([0.5, null, 0.5])
  })

  it('puts a gap where time went by without a point', () => {
    const graph = new GraphColumns('10-minutes')
    graph.take(message('history', [[0, 0.5]]))
    graph.take(message('sample', [[60, 0.5]]))
    expect(graph.series.cpuShare).toEqual([0.5, null, 0.5])
  })

  it('sees no gap in the slower rhythm of a host that nobody looked at', () => {
    const graph = new GraphColumns('10-minutes')
    graph.take(
      message('history', [
        [0, 0.5],
        [5, 0.5],
      ]),
    )
    expect(graph.series.cpuShare).toEqual([0.5, 0.5])
  })

  it('keeps no more than its span', () => {
    const graph = new GraphColumns('10-minutes')
    graph.take(
      message(
        'history',
        Array.from({ length: 600 }, (_, index) => [index, 0.5] as const),
      ),
    )
    for (let second = 600; second < 900; second += 1) graph.take(message('sample', [[second, 0.5]]))
    expect(seconds(graph)[0]).toBe(299)
    expect(graph.timesS).toHaveLength(graph.series.cpuShare.length)
  })

  it('joins the samples of one step into their mean on a long span', () => {
    const graph = new GraphColumns('2-hours')
    graph.take(message('history', [[0, 0.125]]))
    for (const [second, share] of [
      [10, 0.25],
      [11, 0.5],
      [12, 0.75],
    ] as const) {
      graph.take(message('sample', [[second, share]]))
    }
    expect(graph.series.cpuShare).toEqual([0.125, 0.5])
  })

  it('takes no sample twice when the history already holds it', () => {
    const graph = new GraphColumns('10-minutes')
    graph.take(
      message('history', [
        [0, 0.25],
        [1, 0.5],
      ]),
    )
    graph.take(message('sample', [[1, 0.5]]))
    expect(seconds(graph)).toEqual([0, 1])
  })

  it('begins anew with each history', () => {
    const graph = new GraphColumns('10-minutes')
    graph.take(message('history', [[0, 0.25]]))
    graph.take(message('history', [[30, 0.5]]))
    expect(graph.series.cpuShare).toEqual([0.5])
  })

  it('sums up what is known, and says that now is unknown when it is', () => {
    const graph = new GraphColumns('10-minutes')
    graph.take(
      message('history', [
        [0, 0.25],
        [1, 0.75],
        [2, Number.NaN],
      ]),
    )
    expect(graph.summary('cpuShare')).toEqual({ now: null, mean: 0.5, max: 0.75 })
  })

  it('has nothing to sum up when nothing was measured', () => {
    expect(new GraphColumns('48-hours').summary('cpuShare')).toEqual({ now: null, mean: null, max: null })
  })
})
