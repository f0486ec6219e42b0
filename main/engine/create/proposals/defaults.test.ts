import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { newMachine, profiles, type MachineSource, type Profile } from '@strata/contract/create.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { isoBytes } from '../../testing/iso-bytes.ts'
import { ovaBytes } from '../../testing/ova-bytes.ts'
import { patternedDisk, writeImage } from '../../testing/patterned-disk.ts'
import { proposedMachine } from '../../testing/proposed-machine.ts'
import { hostId, startTestEngine, type TestEngine } from '../../testing/test-engine.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('what is proposed on a real host', () => {
  let test: TestEngine
  let server: MachineSource

  beforeAll(async () => {
    test = await startTestEngine()
    server = await iso('ubuntu-22.04-live-server-amd64.iso', 'Ubuntu-Server 22.04 LTS amd64')
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  async function iso(fileName: string, label: string): Promise<MachineSource> {
    const path = join(await test.folder('isos'), fileName)
    await writeFile(path, isoBytes({ label, catalogue: { sections: [{ platform: 0xef, bootable: true }] } }))
    return { kind: 'iso', media: { kind: 'file', path, use: 'in-place' }, installs: 'by-hand' }
  }

  const ask = (source: MachineSource | null, osId: string | null = null, profile: Profile | null = null) =>
    test.client.create.defaults({ hostId, source, osId, profile })

  /** libvirt takes the machine as it is proposed, without starting it. */
  async function define(source: MachineSource, defaults: Awaited<ReturnType<typeof ask>>): Promise<void> {
    const { xml } = await test.client.create.preview(proposedMachine(hostId, source, defaults))
    const domain = await test.libvirt.domainDefineXML(xml, ['validate'])
    await domain.undefineFlags(['nvram', 'keep-tpm'])
  }

  it.each([
    ['nothing', { kind: 'empty' } as const],
    ['the network', { kind: 'network-boot' } as const],
    ['a cloud image', { kind: 'cloud-image', imageId: 'debian-12-amd64', disk: 'overlay' } as const],
  ])('for a machine from %s stands its own check, for every use, and libvirt takes it', async (_what, source) => {
    for (const profile of [null, ...profiles]) {
      const defaults = await ask(source, null, profile)
      const order = proposedMachine(hostId, source, defaults)
      expect(newMachine.safeParse(order).error?.issues ?? []).toEqual([])
      const findings = await test.client.create.check(order)
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
      await define(source, defaults)
    }
  })

  it.each([
    'ubuntu22.04',
    'debian12',
    'fedora40',
    'win11',
    'win10',
    'win7',
    'winxp',
    'win2k22',
    'freebsd14.0',
    'nobody1',
  ])('for %s stands its own check, and libvirt takes it', async (osId) => {
    const defaults = await ask({ kind: 'empty' }, osId)
    const findings = await test.client.create.check(proposedMachine(hostId, { kind: 'empty' }, defaults))
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    await define({ kind: 'empty' }, defaults)
  })

  it('has a reason for every value', async () => {
    const {
      limits: _limits,
      networks: _networks,
      choices: _choices,
      profiles: _profiles,
      profile: _profile,
      ...values
    } = await ask(server)
    for (const [field, { reason }] of Object.entries(values)) expect(reason.english, field).toMatch(/^[A-Z0-9“].*[.]$/)
  })

  it('follows the system that is on the ISO', async () => {
    const defaults = await ask(server)
    expect(defaults).toMatchObject({
      osId: { value: 'ubuntu22.04' },
      name: { value: 'ubuntu-22.04' },
      diskBytes: { reason: { english: expect.stringContaining('Ubuntu 22.04 LTS') as string } },
      bootOrder: { value: ['disk', 'cdrom'] },
      choices: { setup: 'answers', machineTypes: ['q35', 'pc'] },
    })
    expect(defaults.setup.value).toMatchObject({ password: null })
    expect(defaults.choices.cpuModels).toContain('qemu64')
  })

  it('for the web server puts nginx into the guest', async () => {
    const { name, vcpuCount, memoryKiB, diskBytes, setup } = await ask(server, null, 'web-server')
    expect([name.value, vcpuCount.value, memoryKiB.value, diskBytes.value]).toEqual([
      'web-server',
      2,
      4096 * 1024,
      50_000_000_000,
    ])
    expect(setup.value?.packages).toContain('nginx')
    expect(setup.value?.services).toContain('nginx')
  })

  it('for a desktop’s ISO is a desktop', async () => {
    const defaults = await ask(await iso('ubuntu-22.04-desktop-amd64.iso', 'Ubuntu 22.04 LTS amd64'))
    expect([defaults.sound.value, defaults.profile]).toEqual(['ich9', 'desktop'])
    expect(await ask({ kind: 'empty' }, null, 'router')).toMatchObject({ profile: 'router' })
  })

  it('for Windows has the drivers’ CD when it lies in Downloads, and says where it is to be had when not', async () => {
    const without = await ask({ kind: 'empty' }, 'win11')
    expect(without).toMatchObject({ driversMedia: { value: null }, disk: { value: { bus: 'sata' } } })
    expect(without.driversMedia.reason.english).toContain('https://')
    const downloads = join(test.folders.homeDir, 'Downloads')
    await mkdir(downloads)
    for (const version of ['0.1.96', '0.1.271']) await writeFile(join(downloads, `virtio-win-${version}.iso`), '')
    const having = await ask({ kind: 'empty' }, 'win11')
    expect(having).toMatchObject({
      driversMedia: { value: { kind: 'file', path: join(downloads, 'virtio-win-0.1.271.iso'), use: 'in-place' } },
      disk: { value: { bus: 'virtio' } },
      nicModel: { value: 'virtio' },
    })
    await rm(downloads, { recursive: true })
  })

  it('for a source that is gone is what suits any system', async () => {
    const gone = {
      kind: 'iso',
      media: { kind: 'file', path: '/nowhere.iso', use: 'in-place' },
      installs: 'by-hand',
    } as const
    expect(await ask(gone)).toMatchObject({ osId: { value: null }, name: { value: 'new-machine' } })
    expect(await ask({ kind: 'definition', xml: '<not/>' })).toMatchObject({ osId: { value: null } })
    expect(await ask({ kind: 'cloud-image', imageId: 'nobody', disk: 'copy' })).toMatchObject({ osId: { value: null } })
  })

  it.each([
    ['vmdk', 'sata', 'e1000e'],
    ['qcow2', 'virtio', 'virtio'],
  ])('for a disk image in %s is what its system finds, and as large as the image', async (format, bus, nicModel) => {
    const path = join(await test.folder('isos'), `old server.${format}`)
    await writeImage(path, format, patternedDisk())
    const defaults = await ask({ kind: 'disk-image', media: { kind: 'file', path, use: 'in-place' }, disk: 'copy' })
    expect(defaults).toMatchObject({
      name: { value: 'old-server' },
      diskBytes: { value: 16 * 1024 ** 2 },
      disk: { value: { bus } },
      nicModel: { value: nicModel },
    })
  })

  it('for an appliance is what the appliance was', async () => {
    const path = join(await test.folder('isos'), 'app.ova')
    const disk = { name: 'disk.vmdk', content: patternedDisk(), capacityBytes: 16 * 1024 ** 2 }
    await writeFile(path, ovaBytes('shop', [disk]))
    expect(await ask({ kind: 'appliance', path })).toMatchObject({
      name: { value: 'shop' },
      osId: { value: 'debian12' },
      vcpuCount: { value: 2, reason: 'As in the appliance.' },
      memoryKiB: { value: 1024 ** 2 },
      diskBytes: { value: null },
    })
  })

  it('for a template is what the template is', async () => {
    const { xml } = await test.client.create.preview({
      ...proposedMachine(hostId, { kind: 'empty' }, await ask({ kind: 'empty' }, 'debian12')),
      name: 'golden',
      vcpuCount: 1,
      machineType: 'pc',
      nicModel: 'e1000',
    })
    const domain = await test.libvirt.domainDefineXML(xml)
    await test.until(({ machines }) => machines.has(domain.uuid))
    expect(await ask({ kind: 'template', uuid: domain.uuid })).toMatchObject({
      name: { value: 'golden-2' },
      vcpuCount: { value: 1, reason: 'As in “golden”.' },
      machineType: { value: 'pc' },
      nicModel: { value: 'e1000' },
      bootOrder: { value: ['disk'] },
    })
    await domain.undefineFlags(['nvram'])
  })
})
