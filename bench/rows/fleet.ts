import { openConnection, type Connection } from 'node-libvirt'

import { startFleetDaemon } from '../fleet-daemon.ts'
import { LibvirtClientPeer, type Pass } from '../peers/libvirt-client.ts'
import { median, rowAgainst, takeTurns, type BenchEntry, type BenchRow } from '../row.ts'

const MACHINES = 1000
const PASSES = 5

/** List, state, statistics and description of every domain: what a manager needs before it can show a fleet. */
async function loadFleet(connection: Connection): Promise<Pass> {
  const startedMs = performance.now()
  const before = process.cpuUsage()
  const domains = await connection.listAllDomains()
  await Promise.all([
    connection.getAllDomainStats([]),
    ...domains.flatMap((domain) => [domain.getState(), domain.getXMLDesc()]),
  ])
  const spent = process.cpuUsage(before)
  return {
    seconds: (performance.now() - startedMs) / 1000,
    cpuSeconds: (spent.user + spent.system) / 1e6,
    calls: domains.length,
  }
}

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
]
