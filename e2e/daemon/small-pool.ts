import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { giveToTestUser } from '../../node-libvirt/testing/test-user.ts'
import { runTool } from '../guest/run-tool.mjs'
import type { Virsh } from './virsh.ts'

export interface SmallPool extends AsyncDisposable {
  /** Takes all the room that is left, as another program would. */
  fill(): Promise<void>
  volumeNames(): Promise<string[]>
}

/** A directory pool on a file system of its own, in memory and small; needs root, as mounting does. */
export async function smallPool(virsh: Virsh, name: string, { roomMiB }: { roomMiB: number }): Promise<SmallPool> {
  const folder = join(virsh.daemon.dataFolder, name)
  mkdirSync(folder)
  runTool('mount', ['-t', 'tmpfs', '-o', `size=${roomMiB}m`, 'tmpfs', folder])
  giveToTestUser(virsh.daemon.user, folder)
  await virsh.run('pool-define-as', name, 'dir', '--target', folder)
  await virsh.run('pool-start', name)
  return {
    fill() {
      const left = statfsSync(folder)
      writeFileSync(join(folder, '.filler'), Buffer.alloc(Math.max(0, (left.bavail - 2) * left.bsize)))
      return Promise.resolve()
    },
    async volumeNames() {
      rmSync(join(folder, '.filler'), { force: true })
      await virsh.run('pool-refresh', name)
      return virsh.list('vol-list', name)
    },
    async [Symbol.asyncDispose]() {
      await virsh.run('pool-destroy', name)
      await virsh.run('pool-undefine', name)
      runTool('umount', [folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
