import { openConnection, type Connection } from 'node-libvirt'

import { startFleetDaemon } from '../fleet-daemon.ts'
import { LibvirtClientPeer } from '../peers/libvirt-client.ts'
import { median, rowAgainst, takeTurns, type BenchEntry, type BenchRow } from '../row.ts'

const CALLS = 10_000
const PASSES = 5
const THREADS = 16

async function callsPerSecond(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return CALLS / ((performance.now() - startedMs) / 1000)
}

async function sequential(connection: Connection): Promise<void> {
  for (let call = 0; call < CALLS; call += 1) await connection.getLibVersion()
}

/** As many calls under way as the peer has threads, which is more than the daemon works on at a time. */
async function pipelined(connection: Connection): Promise<void> {
  const share = CALLS / THREADS
  await Promise.all(
    Array.from({ length: THREADS }, async () => {
      for (let call = 0; call < share; call += 1) await connection.getLibVersion()
    }),
  )
}

async function against(
  name: string,
  ours: (connection: Connection) => Promise<void>,
  peer: { op: 'sequential'; calls: number } | { op: 'pool' | 'threads'; calls: number; threads: number },
): Promise<BenchRow> {
  await using daemon = await startFleetDaemon(10)
  await using connection = await openConnection(daemon.uri)
  await using client = new LibvirtClientPeer()
  await client.run({ op: 'open', uri: daemon.uri })
  const rates = await takeTurns(
    PASSES,
    () => callsPerSecond(() => ours(connection)),
    async () => {
      const pass = await client.run(peer)
      return pass.calls / pass.seconds
    },
  )
  return rowAgainst(name, 'calls/s', median(rates.ours), median(rates.peer), LibvirtClientPeer.title)
}

export const rpcRows: readonly BenchEntry[] = [
  {
    name: 'rpc-sequential',
    goal: 1.0,
    better: 'more',
    judged: 'ratio',
    measure: () => against('rpc-sequential', sequential, { op: 'sequential', calls: CALLS }),
  },
  {
    name: 'rpc-pipelined',
    goal: 1.5,
    better: 'more',
    judged: 'ratio',
    measure: () => against('rpc-pipelined', pipelined, { op: 'pool', calls: CALLS, threads: THREADS }),
  },
  {
    // The hardest that the peer can be driven: no program is written so, and the daemon is then the limit (decision 0008).
    name: 'rpc-pipelined-loops',
    goal: 1.0,
    better: 'more',
    judged: 'ratio',
    measure: () => against('rpc-pipelined-loops', pipelined, { op: 'threads', calls: CALLS, threads: THREADS }),
  },
]
