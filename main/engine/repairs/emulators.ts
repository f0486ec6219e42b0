import { say } from '@strata/contract/words/say.ts'
import { CapabilitiesXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'

/** An emulator is a program that runs with QEMU's rights: only those that the host itself names are set. */
export async function requireEmulatorOf(host: Host, path: string): Promise<void> {
  const { guests } = CapabilitiesXml.parse(await host.slow((connection) => connection.getCapabilities()))
  if (guests.some(({ emulator }) => emulator === path)) return
  throw new StrataError('not-permitted', say('repairs.noEmulatorNames', { path, host: host.label }))
}
