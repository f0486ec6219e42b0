import { readFileSync } from 'node:fs'

import { openConnection } from 'node-libvirt'

import { loadFleet } from './fleet-load.ts'

/** Loads the fleet of the URI that it is given, and prints how much memory that took at most, in MiB. */
const connection = await openConnection(process.argv[2] ?? 'test:///default')
await loadFleet(connection)
await connection.close()
// Not getrusage: its figure begins with what the parent had when it forked.
const peakKiB = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]
console.log(Number(peakKiB) / 1024)
