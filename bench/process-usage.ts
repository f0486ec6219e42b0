import { readFileSync, readdirSync } from 'node:fs'

const TICKS_PER_SECOND = 100 // USER_HZ, the same on every Linux that runs Node

interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** Its own time, in ticks. */
  readonly own: number
  /** That of its children that have ended and were waited for. */
  readonly reaped: number
}

function statOf(pid: number): ProcessStat | null {
  try {
    // The name comes second, in brackets, and may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
    const [parent, utime, stime, cutime, cstime] = [1, 11, 12, 13, 14].map((at) => Number(fields[at]))
    if (parent === undefined || utime === undefined || stime === undefined) return null
    return { pid, parent, own: utime + stime, reaped: (cutime ?? 0) + (cstime ?? 0) }
  } catch {
    return null // it has ended meanwhile
  }
}

/** A process and all that descend from it. */
function tree(root: number): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== null)
  const found: ProcessStat[] = all.filter(({ pid }) => pid === root)
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid))
  return found
}

/** The CPU time of a process and all its children, those that have ended included. */
export function cpuSeconds(root: number): number {
  return tree(root).reduce((sum, { own, reaped }) => sum + own + reaped, 0) / TICKS_PER_SECOND
}

/** The memory of a process and all its children; what is shared counts in its share. */
export function pssMiB(root: number): number {
  let kiB = 0
  for (const { pid } of tree(root)) {
    try {
      kiB += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0)
    } catch {
      // it has ended meanwhile
    }
  }
  return kiB / 1024
}
