import { startDisplay } from '../display.ts'
import { startFleetDaemon } from '../fleet-daemon.ts'
import { blankBrowser, startBlankWindow } from '../peers/blank-window.ts'
import { startVirtManager, type StartTimes } from '../peers/virt-manager.ts'
import { median, rowAgainst, takeTurns, type BenchEntry, type BenchRow } from '../row.ts'
import { startStrata, strataHome } from '../strata-window.ts'

/** Both sides ask the same daemon for the same fleet, which has it in memory after the uncounted pass. */
async function against(
  name: string,
  machines: number,
  passes: number,
  figure: (times: StartTimes) => number,
): Promise<BenchRow> {
  await using display = await startDisplay()
  await using daemon = await startFleetDaemon(machines)
  using home = strataHome()
  const times = await takeTurns(
    passes,
    () => startStrata(daemon.uri, machines, display.name, home),
    () => startVirtManager(daemon.uri, machines, display.name),
  )
  return rowAgainst(name, 's', median(times.ours.map(figure)), median(times.peer.map(figure)), 'virt-manager')
}

/** The frame of the window with its places, beside a browser with the same arguments that shows one word: the floor. */
async function firstWindow(name: string): Promise<BenchRow> {
  await using display = await startDisplay()
  await using daemon = await startFleetDaemon(10)
  using home = strataHome()
  using blank = blankBrowser()
  const seconds = await takeTurns(
    7,
    async () => (await startStrata(daemon.uri, 10, display.name, home)).windowSeconds,
    () => startBlankWindow(blank, display.name),
  )
  return rowAgainst(name, 's', median(seconds.ours), median(seconds.peer), 'a blank window')
}

/** How much more than its share a fleet of 5,000 takes: 50 fleets of 100 would take 50 times as long as one. */
async function growth(name: string): Promise<BenchRow> {
  await using display = await startDisplay()
  const listed = async (machines: number) => {
    await using daemon = await startFleetDaemon(machines)
    const seconds: number[] = []
    for (let pass = 0; pass < 3; pass += 1)
      seconds.push((await startStrata(daemon.uri, machines, display.name)).listedSeconds)
    return median(seconds)
  }
  const ours = (await listed(5000)) / (50 * (await listed(100)))
  return { name, ours: Number(ours.toPrecision(5)), peer: null, peerName: null, unit: 'of its share', ratio: null }
}

export const startRows: readonly BenchEntry[] = [
  {
    name: 'first-window',
    goal: 1.35,
    better: 'less',
    judged: 'ratio',
    measure: () => firstWindow('first-window'),
  },
  {
    name: 'start-to-list',
    goal: 0.25,
    better: 'less',
    judged: 'ratio',
    measure: () => against('start-to-list', 1000, 3, (times) => times.listedSeconds),
  },
  {
    name: 'start-to-list-5000',
    goal: 0.1,
    better: 'less',
    judged: 'ratio',
    // virt-manager takes more than a minute for one pass.
    measure: () => against('start-to-list-5000', 5000, 1, (times) => times.listedSeconds),
  },
  { name: 'growth', goal: 1, better: 'less', judged: 'ours', measure: () => growth('growth') },
]
