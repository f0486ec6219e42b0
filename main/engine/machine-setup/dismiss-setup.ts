import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../hosts/host.ts'
import { toStrataError } from '../strata-error.ts'
import { bothDefinitions, keepSetup } from '../definitions/kept-setup.ts'

/** Takes what is known of the set-up out of the machine's definitions; inside the guest nothing changes. */
export async function dismissSetup(host: Host, uuid: string): Promise<void> {
  const machine = host.inventory.requireMachine(uuid)
  try {
    await host.slow(async (connection) =>
      keepSetup(await connection.domainLookupByUUID(uuid), null, bothDefinitions(machine)),
    )
  } catch (error) {
    throw toStrataError(error, say('machineSetup.whatSetUpInside', { machine: machine.name }))
  }
  await host.inventory.reloadMachine(uuid)
}
