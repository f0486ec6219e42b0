import type { Connection } from 'node-libvirt'

import type { Pass } from './peers/libvirt-client.ts'

/** List, state, statistics and description of every domain: what a manager needs before it can show a fleet. */
export async function loadFleet(connection: Connection): Promise<Pass> {
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
