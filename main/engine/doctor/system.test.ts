import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { DomainXml, NetworkXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { expectMended } from '../testing/mending.ts'
import { canRunSystemDaemon, startSystemDaemon } from '../testing/system-daemon.ts'
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 90_000 }) // real guests, on machines that may be busy
const run = promisify(execFile)

// A daemon of the system wants root’s rights and its own packages.
describe.skipIf(!canRunSystemDaemon)('on the system’s daemon, a machine', () => {
  let test: TestEngine
  beforeAll(
    async () => void (test = await startTestEngine('qemu:///system', { startDaemon: startSystemDaemon })),
    120_000,
  )
  afterAll(() => test.stop(), 60_000)

  it('whose network default is missing gets it, with addresses of its own', async () => {
    const guest = await makeGuest(test, 'networked', {
      edit: ({ devices }) => {
        devices.interfaces.add({ type: 'network', source: { network: 'default' }, macAddress: '52:54:00:aa:bb:cc' })
      },
    })
    await expectMended(test, guest, 'network-missing', 'make-default-network')
    const network = await test.libvirt.networkLookupByName('default')
    expect([await network.isActive(), await network.getAutostart()]).toEqual([true, true])
    const xml = NetworkXml.parse(await network.getXMLDesc())
    expect(xml.forward.mode).toBe('nat')
    expect(xml.ips[0]?.address).toMatch(/^192\.168\.\d+\.1$/)
  })

  it('whose medium lies in a closed home folder is let through it, and only QEMU is', async () => {
    const home = join(test.daemon.dataFolder, 'ada')
    const path = join(home, 'Downloads', 'a.iso')
    await mkdir(join(home, 'Downloads'), { recursive: true })
    const guest = await makeGuest(test, 'home', {
      edit: ({ devices }) => {
        const drive = devices.disks[1]
        if (drive !== undefined) Object.assign(drive.source, { file: path, startupPolicy: 'mandatory' })
      },
    })
    await writeFile(path, await readFile(guest.isoPath))
    await chmod(home, 0o700)
    const cause = await expectMended(test, guest, 'folder-closed', 'grant-access')
    expect(cause.sentence.english).toContain('libvirt-qemu')
    expect(cause.repairs[0]?.command).toBe(`setfacl -m u:libvirt-qemu:x ${home}`)
    const { stdout } = await run('getfacl', ['--omit-header', '--absolute-names', home])
    expect(stdout.trim().split('\n')).toEqual([
      'user::rwx',
      'user:libvirt-qemu:--x',
      'group::---',
      'mask::--x',
      'other::---',
    ])
  })

  it('keeps its definition’s other parts in all this', async () => {
    const domain = await test.libvirt.domainLookupByName('networked')
    const { devices } = DomainXml.parse(await domain.getXMLDesc(['inactive']))
    expect(devices.interfaces).toMatchObject([{ type: 'network', macAddress: '52:54:00:aa:bb:cc' }])
  })
})
