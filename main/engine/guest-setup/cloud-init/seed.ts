import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { stringify } from 'yaml'

import type { DiscFile } from '../disc/iso-tree.ts'
import { hostNameOf } from '../guest-names.ts'
import { hashPassword } from '../sha-crypt.ts'
import { mergePassword } from './merge-password.ts'
import { networkConfig } from './network-config.ts'
import { formatOf } from './user-data-format.ts'
import { writeUserData } from './write-user-data.ts'

export interface SeedInput {
  readonly setup: GuestSetup
  /** The uuid is what tells cloud-init a new machine from the same one started again. */
  readonly machine: { readonly uuid: string; readonly name: string }
  /** Of the card that a fixed address is for; null: not known. */
  readonly macAddress: string | null
}

export interface Seed {
  readonly volumeId: string
  readonly files: readonly DiscFile[]
}

/**
 * What cloud-init's NoCloud source reads at the first boot. It holds the password's hash: write it where only the
 * machine reads it, and take it away with the machine.
 */
export function prepareSeed({ setup, machine, macAddress }: SeedInput): Seed {
  const hash = setup.password === null ? null : hashPassword(setup.password)
  const file = (path: string, text: string | null): DiscFile[] =>
    text === null ? [] : [{ path, content: new TextEncoder().encode(text) }]
  const isOther = setup.userData !== null && formatOf(setup.userData).kind === 'other'
  const fromFields = mergePassword(writeUserData(isOther ? { ...setup, userData: null } : setup), hash)
  return {
    volumeId: 'cidata',
    files: [
      ...file('user-data', isOther ? setup.userData : fromFields),
      // A script as user data leaves no room for the fields: they come as if from the image's vendor.
      ...file('vendor-data', isOther ? fromFields : null),
      ...file('meta-data', metaData(setup, machine)),
      ...file('network-config', networkConfig(setup.network, macAddress)),
    ],
  }
}

function metaData(setup: GuestSetup, machine: SeedInput['machine']): string {
  return stringify({ 'instance-id': machine.uuid, 'local-hostname': hostNameOf(setup.hostName, machine.name) })
}
