import type { SeriesName } from '@strata/contract/monitoring.ts'
import { formatKiB, formatRate, formatShare } from '../../formats.ts'

/** One drawing: the series that share its scale. */
export interface GraphPanelShape {
  readonly id: 'cpu' | 'memory' | 'disk' | 'network'
  readonly series: readonly SeriesName[]
  readonly format: (value: number) => string
  /** Distances between the lines of the scale, in the series' own unit. */
  readonly steps: readonly number[]
  /** The scale's upper end: fixed, or the least that it shows when everything is near zero. */
  readonly top:
    { readonly kind: 'fixed'; readonly value: number } | { readonly kind: 'at-least'; readonly value: number }
}

const powersOfTwo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => 2 ** (from + index))

export function graphPanels(maxMemoryKiB: number): readonly GraphPanelShape[] {
  const rate = { format: formatRate, steps: powersOfTwo(4, 40), top: { kind: 'at-least', value: 16 * 1024 } } as const
  return [
    { id: 'cpu', series: ['cpuShare'], format: formatShare, steps: [0.25, 0.5], top: { kind: 'fixed', value: 1 } },
    {
      id: 'memory',
      series: ['memoryUsedKiB'],
      format: formatKiB,
      steps: powersOfTwo(4, 40),
      top: { kind: 'fixed', value: Math.max(1, maxMemoryKiB) },
    },
    { id: 'disk', series: ['diskReadBytesPerS', 'diskWriteBytesPerS'], ...rate },
    { id: 'network', series: ['networkInBytesPerS', 'networkOutBytesPerS'], ...rate },
  ]
}

/** The ends of a panel's scale for what it shows; a little air above the highest value. */
export function scaleOf(panel: GraphPanelShape, highest: number | null): [number, number] {
  if (panel.top.kind === 'fixed') return [0, Math.max(panel.top.value, highest ?? 0)]
  return [0, Math.max(panel.top.value, (highest ?? 0) * 1.08)]
}
