import { seriesNames } from '@strata/contract/monitoring.ts'
import { describe, expect, it } from 'vitest'
import { graphPanels, scaleOf } from './graph-panels.ts'

const panel = (id: string) => {
  const found = graphPanels(1024 ** 2).find((each) => each.id === id)
  if (found === undefined) throw new Error(id)
  return found
}

describe('graphPanels', () => {
  it('shows every series once', () => {
    expect(
      graphPanels(1024)
        .flatMap((each) => each.series)
        .sort(),
    ).toEqual([...seriesNames].sort())
  })
})

describe('scaleOf', () => {
  it('keeps a share between nothing and everything', () => {
    expect(scaleOf(panel('cpu'), 0.02)).toEqual([0, 1])
  })

  it('ends memory at what the machine may have', () => {
    expect(scaleOf(panel('memory'), 300)).toEqual([0, 1024 ** 2])
  })

  it('stretches to what is there rather than cutting it off', () => {
    expect(scaleOf(panel('cpu'), 1.25)).toEqual([0, 1.25])
    expect(scaleOf(panel('disk'), 1024 ** 2)[1]).toBeGreaterThan(1024 ** 2)
  })

  it('does not blow up a whisper to full height', () => {
    expect(scaleOf(panel('network'), 10)).toEqual([0, 16 * 1024])
    expect(scaleOf(panel('network'), null)).toEqual([0, 16 * 1024])
  })
})
