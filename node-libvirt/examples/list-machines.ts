// Prints every machine with its state, then what changes, until it is interrupted.
//   npx tsx examples/list-machines.ts [uri]
import { openConnection } from 'node-libvirt'

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())

await using connection = await openConnection(process.argv[2] ?? 'qemu:///session')

// Listen first, list then: so no change between the two is missed.
const events = connection.domainEvents('lifecycle', { signal: interrupted.signal })
await events.ready

for (const domain of await connection.listAllDomains()) {
  const { state } = await domain.getState()
  process.stdout.write(`${domain.name}: ${state}\n`)
}
for await (const { domain, event } of events) process.stdout.write(`${domain.name}: ${event}\n`)
