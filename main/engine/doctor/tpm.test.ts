import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { startDaemon } from '../../../node-libvirt/testing/real-daemon.ts'
import { expectMended } from '../testing/mending.ts'
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 90_000 }) // real guests, on machines that may be busy

/** All programs of this computer, in a folder of the test's that the daemon finds them by. */
const startDaemonWithOwnPrograms = () =>
  startDaemon({
    prepare: (baseFolder) => {
      const folder = join(baseFolder, 'bin')
      mkdirSync(folder)
      const found = ['/usr/bin', '/usr/sbin'].flatMap((each) => readdirSync(each).map((name) => join(each, name)))
      const programs = new Map(found.map((path) => [path.slice(path.lastIndexOf('/') + 1), path]))
      for (const [name, path] of programs) symlinkSync(path, join(folder, name))
      return { args: [], env: { PATH: folder } }
    },
  })

describe('a machine with an emulated TPM, where the programs for it have gone,', () => {
  let test: TestEngine
  beforeAll(
    async () => void (test = await startTestEngine('qemu:///session', { startDaemon: startDaemonWithOwnPrograms })),
    90_000,
  )
  afterAll(() => test.stop(), 60_000)

  it('is offered their packages, and starts without the TPM', async () => {
    const guest = await makeGuest(test, 'secure', {
      edit: ({ devices }) => {
        devices.tpms.add({ model: 'tpm-crb', backend: 'emulator', version: '2.0' })
      },
    })
    await test.restartDaemon(async () => {
      const folder = join(test.daemon.baseFolder, 'bin')
      const programs = (await readdir(folder)).filter((name) => name.startsWith('swtpm'))
      expect(programs).toContain('swtpm_setup')
      await Promise.all(programs.map((name) => rm(join(folder, name))))
    })
    const cause = await expectMended(test, guest, 'tpm-program-missing', 'detach-tpm')
    expect(cause.repairs[0]?.command).toContain('swtpm swtpm-tools')
  })
})
