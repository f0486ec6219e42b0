import { startSource, startStrataBridge, startWebsockify, type Listening } from '../console/bridges.ts'
import { ScreenClient } from '../console/screen-client.ts'
import { cpuSeconds, pssMiB } from '../process-usage.ts'
import { median, rowAgainst, takeTurns, type BenchEntry, type BenchRow } from '../row.ts'

const PEER = 'websockify'
const PASSES = 5
const CONSOLES = 16
const BYTES = 512_000_000
const PINGS = 2_000

interface Sides {
  readonly source: Listening
  readonly ours: Listening
  readonly peer: Listening
}

async function withBridges<T>(measure: (sides: Sides) => Promise<T>): Promise<T> {
  await using source = await startSource()
  await using ours = await startStrataBridge(source.port)
  await using peer = await startWebsockify(source.port)
  return await measure({ source, ours, peer })
}

/** Has so many consoles take the bytes between them; `look` sees them before they close. */
async function carry<T>(bridge: Listening, consoles: number, bytes: number, look: () => T): Promise<T> {
  const clients = await Promise.all(Array.from({ length: consoles }, () => ScreenClient.open(bridge.port, 'websocket')))
  try {
    await Promise.all(clients.map((client) => client.take(Math.floor(bytes / consoles))))
    return look()
  } finally {
    for (const client of clients) client.close()
  }
}

async function cpuPerGigabyte(bridge: Listening): Promise<number> {
  const before = cpuSeconds(bridge.pid)
  // A process for a client counts while it is there.
  return carry(bridge, CONSOLES, BYTES, () => (cpuSeconds(bridge.pid) - before) / (BYTES / 1e9))
}

async function megabytesPerSecond(bridge: Listening): Promise<number> {
  const startedMs = performance.now()
  return carry(bridge, 1, BYTES, () => BYTES / 1e6 / ((performance.now() - startedMs) / 1000))
}

async function echoMs(listening: Listening, kind: 'websocket' | 'plain'): Promise<number> {
  const client = await ScreenClient.open(listening.port, kind)
  const bytes = Buffer.alloc(64, 1)
  await client.startEcho()
  const times: number[] = []
  for (let ping = 0; ping < PINGS; ping += 1) {
    const startedMs = performance.now()
    await client.echo(bytes)
    times.push(performance.now() - startedMs)
  }
  client.close()
  return median(times)
}

const compared = (name: string, unit: string, figure: (bridge: Listening) => Promise<number>): Promise<BenchRow> =>
  withBridges(async ({ ours, peer }) => {
    const figures = await takeTurns(
      PASSES,
      () => figure(ours),
      () => figure(peer),
    )
    return rowAgainst(name, unit, median(figures.ours), median(figures.peer), PEER)
  })

/** Ours is a part of the engine, so what counts is what consoles add to it; theirs is a program that would not be there. */
const memory = (name: string): Promise<BenchRow> =>
  withBridges(async ({ ours, peer }) => {
    const added = async () => {
      const before = pssMiB(ours.pid)
      return carry(ours, CONSOLES, BYTES, () => pssMiB(ours.pid) - before)
    }
    const figures = await takeTurns(PASSES, added, () => carry(peer, CONSOLES, BYTES, () => pssMiB(peer.pid)))
    return rowAgainst(name, 'MiB', Math.max(...figures.ours), median(figures.peer), PEER)
  })

/** What each bridge adds to the way there and back, over the same two sockets without one. */
const latency = (name: string): Promise<BenchRow> =>
  withBridges(async ({ source, ours, peer }) => {
    const added = async (bridge: Listening) => {
      const direct = await echoMs(source, 'plain')
      return (await echoMs(bridge, 'websocket')) - direct
    }
    const figures = await takeTurns(
      PASSES,
      () => added(ours),
      () => added(peer),
    )
    return rowAgainst(name, 'ms', median(figures.ours), median(figures.peer), PEER)
  })

export const consoleRows: readonly BenchEntry[] = [
  {
    name: 'console-cpu',
    goal: 0.85,
    better: 'less',
    judged: 'ratio',
    measure: () => compared('console-cpu', 's/GB', cpuPerGigabyte),
  },
  {
    name: 'console-throughput',
    goal: 0.8,
    better: 'more',
    judged: 'ratio',
    measure: () => compared('console-throughput', 'MB/s', megabytesPerSecond),
  },
  { name: 'console-memory', goal: 0.5, better: 'less', judged: 'ratio', measure: () => memory('console-memory') },
  { name: 'console-latency', goal: 0.2, better: 'less', judged: 'ours', measure: () => latency('console-latency') },
]
