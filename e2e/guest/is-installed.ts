import { expect } from '@playwright/test'

import type { Virsh } from '../daemon/virsh.ts'

/** Waits until a machine whose installer was started directly runs from its disk: in between it is off. */
export async function isInstalled(virsh: Virsh, machine: string): Promise<void> {
  const runsFromDisk = async () => {
    const isInstalling = (await virsh.run('dumpxml', '--inactive', machine)).includes('<kernel>')
    return !isInstalling && (await virsh.stateOf(machine)) === 'running'
  }
  await expect.poll(runsFromDisk, { timeout: 180_000, intervals: [500] }).toBe(true)
}
