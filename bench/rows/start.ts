import { startDisplay } from '../display.ts'
import { startFleetDaemon } from '../fleet-daemon.ts'
import { startVirtManager, type StartTimes } from '../peers/virt-manager.ts'
import { median, rowAgainst, takeTurns, type BenchEntry, type BenchRow } from '../row.ts'
import { startStrata } from '../strata-window.ts'

/** Both sides ask the same daemon for the same fleet, which has it in memory after the uncounted pass. */
async function against(
  name: string,
  machines: number,
  passes: number,
  figure: (times: StartTimes) => number,
): Promise<BenchRow> {
  await using display = await startDisplay()
  await using daemon = await startFleetDaemon(machines)
  const times = await takeTurns(
    passes,
    () => startStrata(daemon.uri, machines, display.name),
    () => startVirtManager(daemon.uri, machines, display.name),
  )
  return rowAgainst(name, 's', median(times.ours.map(figure)), median(times.peer.map(figure)), 'virt-manager')
}

export const startRows: readonly BenchEntry[] = [
  {
    name: 'first-window',
    goal: 1.5,
    better: 'less',
    judged: 'ratio',
    measure: () => against('first-window', 10, 5, (times) => times.windowSeconds),
  },
  {
    name: 'start-to-list',
    goal: 0.25,
    better: 'less',
    judged: 'ratio',
    measure: () => against('start-to-list', 1000, 3, (times) => times.listedSeconds),
  },
]
