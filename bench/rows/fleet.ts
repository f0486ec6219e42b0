import { openConnection } from 'node-libvirt'

import { startFleetDaemon } from '../fleet-daemon.ts'
import { loadFleet } from '../fleet-load.ts'
import { residentMiB } from '../fleet-resident.ts'
import { LibvirtClientPeer, type Pass } from '../peers/libvirt-client.ts'
import { median, rowAgainst, takeTurns, type BenchEntry, type BenchRow } from '../row.ts'

const MACHINES = 1000
const PASSES = 5

async function against(name: string, figure: (pass: Pass) => number, threads: number): Promise<BenchRow> {
  await using daemon = await startFleetDaemon(MACHINES)
  await using connection = await openConnection(daemon.uri)
  await using client = new LibvirtClientPeer()
  await client.run({ op: 'open', uri: daemon.uri })
  const passes = await takeTurns(
    PASSES,
    () => loadFleet(connection),
    () => client.run({ op: 'fleet', threads }),
  )
  return rowAgainst(
    name,
    's',
    median(passes.ours.map(figure)),
    median(passes.peer.map(figure)),
    LibvirtClientPeer.title,
  )
}

/** The most that each side's own process ever had in memory, when all it did was to load the fleet. */
async function memory(name: string): Promise<BenchRow> {
  await using daemon = await startFleetDaemon(MACHINES)
  const ours = await residentMiB(daemon.uri)
  await using client = new LibvirtClientPeer()
  await client.run({ op: 'open', uri: daemon.uri })
  const { peakMiB } = await client.run({ op: 'fleet', threads: 16 })
  return rowAgainst(name, 'MiB', ours, peakMiB, LibvirtClientPeer.title)
}

export const fleetRows: readonly BenchEntry[] = [
  {
    name: 'fleet-load',
    goal: 0.45,
    better: 'less',
    judged: 'ratio',
    measure: () => against('fleet-load', (pass) => pass.seconds, 1),
  },
  {
    name: 'fleet-cpu',
    goal: 0.4,
    better: 'less',
    judged: 'ratio',
    measure: () => against('fleet-cpu', (pass) => pass.cpuSeconds, 16),
  },
  { name: 'fleet-memory', goal: 80, better: 'less', judged: 'ours', measure: () => memory('fleet-memory') },
]
