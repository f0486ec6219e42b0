import type { MachineRef } from '@strata/contract/references.ts'

import { KeyStore } from '../../guest-setup/keys/key-store.ts'
import type { JobControl } from '../../jobs/job-control.ts'
import type { PlacedOrder } from './placement.ts'

/** The order with a pair's public half among the keys, where one is wanted; the private half is kept for the user to fetch. */
export async function withKeyPair(
  dataDir: string,
  wanted: PlacedOrder,
  machine: MachineRef,
  job: JobControl,
): Promise<PlacedOrder> {
  const { setup } = wanted
  if (setup?.makesKeyPair !== true) return wanted
  const keys = new KeyStore(dataDir)
  await job.willUndo({ kind: 'delete-file', path: keys.pathOf(machine) })
  const publicKey = await keys.make(machine, `${setup.userName}@${wanted.name.replaceAll(/\s+/g, '-')}`)
  return { ...wanted, setup: { ...setup, sshKeys: [...setup.sshKeys, publicKey] } }
}
