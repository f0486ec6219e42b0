// Makes a hundred thousand calls of all sorts on one connection and prints, as JSON, what is left of them.
//   node --expose-gc --conditions=source --import tsx testing/soak.ts uri
import { memoryUsage } from 'node:process'
import { openConnection, type Connection } from '../src/index.ts'

const CALLS = 100_000
const WARM_UP_CALLS = 20_000
const IN_FLIGHT = 200

const gc = globalThis.gc
if (!gc) throw new Error('node must be started with --expose-gc')

/** Answers, refusals, calls that are given up, and listeners that come and go. */
async function makeCalls(connection: Connection, count: number): Promise<void> {
  const domain = await connection.domainLookupByName('test')
  const getInfo = (): Promise<unknown> => domain.getInfo()
  const kinds = [
    getInfo,
    (): Promise<unknown> => connection.listAllDomains(),
    () => domain.getXMLDesc(),
    () => connection.domainLookupByName('nobody').catch(() => undefined),
    () => {
      const giveUp = new AbortController()
      const call = domain.getState({ signal: giveUp.signal, timeoutMs: 60_000 }).catch(() => undefined)
      giveUp.abort()
      return call
    },
  ]
  for (let made = 0; made < count; made += IN_FLIGHT) {
    const events = connection.domainEvents('reboot')
    await Promise.all(Array.from({ length: IN_FLIGHT }, (_, i) => (kinds[i % kinds.length] ?? getInfo)()))
    await events.return()
  }
}

function heapBytes(): number {
  gc?.()
  gc?.()
  return memoryUsage().heapUsed
}

const connection = await openConnection(process.argv[2] ?? 'test:///default')
await makeCalls(connection, WARM_UP_CALLS)
const before = heapBytes()
await makeCalls(connection, CALLS)
const grownBytes = heapBytes() - before
await connection.close()
process.stdout.write(JSON.stringify({ calls: CALLS, grownBytes, residentBytes: memoryUsage().rss }))
