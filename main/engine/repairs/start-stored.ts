import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../hosts/host.ts'
import { toStrataError } from '../strata-error.ts'

export async function startPool(host: Host, uuid: string): Promise<void> {
  const { name } = host.inventory.requirePool(uuid)
  try {
    await host.slow(async (connection) => {
      const pool = await connection.storagePoolLookupByUUID(uuid)
      if (!(await pool.isActive())) await pool.create()
      await pool.setAutostart(true)
    })
  } catch (error) {
    throw toStrataError(error, say('repairs.storagePoolCouldNot', { name }))
  }
  await host.inventory.reloadPool(uuid)
}

export async function startNetwork(host: Host, uuid: string): Promise<void> {
  const name = host.inventory.network(uuid)?.name ?? uuid
  try {
    await host.slow(async (connection) => {
      const network = await connection.networkLookupByUUID(uuid)
      if (!(await network.isActive())) await network.create()
      await network.setAutostart(true)
    })
  } catch (error) {
    throw toStrataError(error, say('repairs.networkCouldNotStarted', { name }))
  }
  await host.inventory.reloadNetwork(uuid)
}
