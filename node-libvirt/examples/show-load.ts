// Prints what every running machine takes of the host's CPUs, once a second; Ctrl-C ends it.
//   npx tsx examples/show-load.ts [uri [times]]
import { setTimeout as wait } from 'node:timers/promises'
import { openConnection } from 'node-libvirt'

const [uri = 'qemu:///session', times = 'Infinity'] = process.argv.slice(2)

await using connection = await openConnection(uri)
let before = new Map<string, number>()
for (let round = 0; round < Number(times); round++) {
  if (round > 0) await wait(1_000)
  // One call for all machines. 'nowait' leaves out what a busy one cannot tell at once.
  const now = new Map<string, number>()
  for (const { domain, stats } of await connection.getAllDomainStats(['state', 'cpu-total'], {
    flags: ['running', 'nowait'],
  })) {
    const cpuTimeNs = Number(stats['cpu.time'] ?? 0)
    const earlierNs = before.get(domain.uuid) ?? cpuTimeNs
    now.set(domain.uuid, cpuTimeNs)
    process.stdout.write(`${domain.name}: ${((cpuTimeNs - earlierNs) / 1e7).toFixed(1)} % of a CPU\n`)
  }
  before = now
}
