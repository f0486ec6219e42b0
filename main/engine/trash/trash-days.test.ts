import { describe, expect, it } from 'vitest'

import { daysLeft, dayOf, isDue, isSoon, withDay, type TrashDayCount } from './trash-days.ts'

const fresh: TrashDayCount = { counted: 0, lastDay: '2026-11-30', announcedDay: null }
const dayMs = 24 * 60 * 60 * 1000
const after = (days: number) => dayOf(new Date(2026, 10, 30, 12).getTime() + days * dayMs)

describe('the days of a machine in the trash', () => {
  it('begin with the day on which it was thrown away, and count each day once', () => {
    const first = withDay({ ...fresh, lastDay: null }, after(0))
    expect(first.counted).toBe(0)
    expect(withDay(first, after(0)).counted).toBe(0)
    expect(withDay(withDay(first, after(1)), after(1)).counted).toBe(1)
  })

  it('are one more, not sixty, after sixty days switched off or with the clock sixty days ahead', () => {
    expect(withDay(fresh, after(60)).counted).toBe(1)
  })

  it('are one more when the clock of 1971 is set right, and when it goes back', () => {
    const thrownAway = { ...fresh, lastDay: '1971-01-01' }
    expect(withDay(thrownAway, after(0)).counted).toBe(1)
    expect(withDay(fresh, '1971-01-01').counted).toBe(1)
  })

  it('are over only when a window has shown on an earlier day that they would be', () => {
    const over = { ...fresh, counted: 30, lastDay: after(30) }
    expect(daysLeft(over, 30)).toBe(0)
    expect(isSoon(over, 30)).toBe(true)
    expect(isDue(over, 30, after(30))).toBe(false)
    expect(isDue({ ...over, announcedDay: after(30) }, 30, after(30))).toBe(false)
    expect(isDue({ ...over, announcedDay: after(28) }, 30, after(30))).toBe(true)
  })

  it('are not over when the time to keep them was made longer', () => {
    expect(isDue({ counted: 30, lastDay: after(30), announcedDay: after(28) }, 90, after(30))).toBe(false)
  })
})
