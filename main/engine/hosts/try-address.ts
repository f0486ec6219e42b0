import type { HostAtAddress } from '@strata/contract/hosts.ts'
import { openConnection } from 'node-libvirt'

import { nullIfRefused } from '../null-if-refused.ts'
import { StrataError } from '../strata-error.ts'
import { readAddress } from './read-address.ts'
import { explainConnection } from './connection-problem.ts'
import type { HostDefinition } from './host-definition.ts'
import type { Host } from './host.ts'

const patienceMs = 30_000

/**
 * Connects to an address that is in no list yet, asks who is there, and leaves.
 * @param make makes a host that is never started: what is in the way is explained for it
 * @throws StrataError that says what is in the way
 */
export async function tryAddress(text: string, make: (definition: HostDefinition) => Host): Promise<HostAtAddress> {
  const { uri, driver, scope, place } = readAddress(text)
  const label = 'host' in place ? place.host : uri
  const host = make({ id: 'tried', label, uri })
  try {
    const connection = await openConnection(uri, { timeoutMs: patienceMs })
    try {
      const [hostname, libvirtVersion, domains] = await Promise.all([
        nullIfRefused(connection.getHostname()),
        connection.getLibVersion(),
        connection.listAllDomains(),
      ])
      return {
        address: { driver, scope, place },
        hostname: hostname ?? '',
        libvirtVersion,
        machineCount: domains.length,
      }
    } finally {
      await connection.close()
    }
  } catch (error) {
    const { code, said, detail, repairs } = await explainConnection(error, host)
    throw new StrataError(code, said, {
      cause: error,
      detail: detail ?? undefined,
      // A host that is in no list cannot be reconnected or started by its id.
      repairs: repairs.filter(({ action }) => action === null),
    })
  } finally {
    await host.close()
  }
}
