const firstMs = 250
const longestMs = 10_000

/**
 * How long to wait before the next attempt, 0.25 s at first and 10 s at most. A quarter more or less by chance, so
 * that many clients of one daemon do not come back at the same moment.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const base = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 16))
  return Math.round(base * (0.75 + random() * 0.5))
}
