import { z } from 'zod'

/**
 * How long a machine has lain in the trash, in days on which Strata was open. Clocks go wrong, and computers are switched
 * off for months: a day counts once, when it is seen, however far it is from the last one.
 */
export const trashDayCount = z.object({
  counted: z.number().int().nonnegative(),
  /** The last day that was seen, such as 2026-11-30; null: none yet. */
  lastDay: z.string().nullable(),
  /** The first day on which a window showed that it goes soon; null: not yet. */
  announcedDay: z.string().nullable(),
})
export type TrashDayCount = z.infer<typeof trashDayCount>

/** From here on it is announced. */
export const announcedDays = 3

/** The day, where this computer is. */
export function dayOf(atMs: number): string {
  const date = new Date(atMs)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The count with today in it. The first day is the one on which it was thrown away, and is not counted. */
export function withDay(days: TrashDayCount, today: string): TrashDayCount {
  if (days.lastDay === today) return days
  return { ...days, lastDay: today, counted: days.lastDay === null ? 0 : days.counted + 1 }
}

export function daysLeft({ counted }: Pick<TrashDayCount, 'counted'>, trashDays: number): number {
  return Math.max(0, trashDays - counted)
}

export function isSoon(days: TrashDayCount, trashDays: number): boolean {
  return daysLeft(days, trashDays) <= announcedDays
}

/** Whether it goes today: its days are over, and on an earlier day somebody could see that they would be. */
export function isDue(days: TrashDayCount, trashDays: number, today: string): boolean {
  return daysLeft(days, trashDays) === 0 && days.announcedDay !== null && days.announcedDay !== today
}
