import { setTimeout as delay } from 'node:timers/promises'

import { startDisplay } from '../display.ts'
import { startFleetDaemon } from '../fleet-daemon.ts'
import { withVirtManager } from '../peers/virt-manager.ts'
import { cpuSeconds, pssMiB } from '../process-usage.ts'
import { rowAgainst, type BenchEntry, type BenchRow } from '../row.ts'
import { withStrataList } from '../strata-window.ts'

const MACHINES = 1000
const WATCHED_MS = 60_000
const SETTLING_MS = 10_000

/** Both sides stand with the whole fleet in their list and its statistics coming in; all their processes count. */
async function standing(name: string, unit: string, look: (pid: number) => Promise<number>): Promise<BenchRow> {
  await using display = await startDisplay()
  await using daemon = await startFleetDaemon(MACHINES)
  const figure = async (_times: unknown, pid: number) => {
    await delay(SETTLING_MS) // what a start leaves to be done is not what is measured
    return look(pid)
  }
  const ours = await withStrataList(daemon.uri, MACHINES, display.name, figure)
  const peer = await withVirtManager(daemon.uri, MACHINES, display.name, figure)
  return rowAgainst(name, unit, ours, peer, 'virt-manager')
}

async function cpuSecondsOfAMinute(pid: number): Promise<number> {
  const before = cpuSeconds(pid)
  await delay(WATCHED_MS)
  return cpuSeconds(pid) - before
}

export const standingRows: readonly BenchEntry[] = [
  {
    name: 'idle-cpu',
    goal: 0.02,
    better: 'less',
    judged: 'ratio',
    measure: () => standing('idle-cpu', 's/min', cpuSecondsOfAMinute),
  },
  {
    name: 'memory',
    goal: 1,
    better: 'less',
    judged: 'ratio',
    measure: () => standing('memory', 'MiB', (pid) => Promise.resolve(pssMiB(pid))),
  },
]
