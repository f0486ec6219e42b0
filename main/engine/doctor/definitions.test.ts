import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'

import { DomainXml, NetworkXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { causesOf, expectMended, expectStarts, expectStopped, press, stoppedBy } from '../testing/mending.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 90_000 }) // real guests, on machines that may be busy

let test: TestEngine
beforeAll(async () => void (test = await startTestEngine()), 90_000)
afterAll(() => test.stop(), 60_000)

const definitionOf = async ({ domain }: TestGuest) => DomainXml.parse(await domain.getXMLDesc(['inactive']))
const card = (definition: DomainXml, type: string, source: object) =>
  definition.devices.interfaces.add({ type, macAddress: '52:54:00:11:22:33', source, model: 'virtio' })

async function defineNetwork(name: string): Promise<void> {
  const xml = NetworkXml.create({ name, forward: { mode: 'bridge' }, bridge: { name: 'nobridge0' } }).toString()
  await test.libvirt.networkDefineXML(xml)
  await vi.waitFor(async () => {
    for await (const message of await test.client.hosts.watchInventory()) {
      expect(message.type === 'snapshot' ? message.networks.map((each) => each.name) : []).toContain(name)
      return
    }
  })
}

describe('a machine whose network', () => {
  it('does not exist is plugged into QEMU’s own, and keeps its address', async () => {
    const guest = await makeGuest(test, 'no-network', {
      edit: (definition) => card(definition, 'network', { network: 'gone' }),
    })
    await expectMended(test, guest, 'network-missing', 'replug-card')
    expect((await definitionOf(guest)).devices.interfaces).toMatchObject([
      { type: 'user', macAddress: '52:54:00:11:22:33', model: 'virtio' },
    ])
  })

  it('stands still has it started', async () => {
    await defineNetwork('still')
    const guest = await makeGuest(test, 'still-network', {
      edit: (definition) => card(definition, 'network', { network: 'still' }),
    })
    const cause = await expectStopped(test, guest, 'network-inactive')
    await press(test, cause, 'start-network')
    // A user's own daemon may plug into no bridge, so that is as far as it comes.
    expect(await stoppedBy(test, guest)).toEqual([])
    expect(await (await test.libvirt.networkLookupByName('still')).isActive()).toBe(true)
  })

  it('is a bridge that does not exist is plugged in elsewhere', async () => {
    const guest = await makeGuest(test, 'no-bridge', {
      edit: (definition) => card(definition, 'bridge', { bridge: 'nobridge0' }),
    })
    const cause = await expectStopped(test, guest, 'bridge-missing')
    const toUser = cause.repairs.find(({ action }) => action?.kind === 'replug-card' && action.to.kind === 'user')
    await test.client.repairs.run(toUser?.action ?? expect.fail('no way out was offered'))
    await expectStarts(test, guest)
  })
})

describe('a machine that wants more than there is', () => {
  it('of memory gets what fits', async () => {
    const guest = await makeGuest(test, 'greedy', {
      edit: (definition) => {
        definition.memoryKiB = definition.currentMemoryKiB = 16 * 1024 ** 3 // 16 TiB
      },
    })
    const cause = await expectStopped(test, guest, 'memory-too-large')
    expect(cause.sentence.english).toContain('16 TiB')
    await press(test, cause, 'set-memory')
    const after = await definitionOf(guest)
    expect(after.memoryKiB).toBeLessThan(1024 ** 3)
    after.memoryKiB = after.currentMemoryKiB = 64 * 1024 // that much is free, but not for a test to take
    await test.libvirt.domainDefineXML(after.toString())
    await expectStarts(test, guest)
  })

  it('is warned where the host would have to swap, and may start', async () => {
    const free = Number(/^MemAvailable:\s+(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1])
    const total = Number(/^MemTotal:\s+(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1])
    const guest = await makeGuest(test, 'scarce', {
      edit: (definition) => {
        definition.memoryKiB = definition.currentMemoryKiB = Math.round((free + total) / 2)
      },
    })
    expect((await causesOf(test, guest)).map(({ id, severity }) => [id, severity])).toEqual([
      ['memory-scarce', 'warns'],
    ])
  })
})

describe('a machine whose port is taken', () => {
  it('has libvirt choose another one for its screen', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const guest = await makeGuest(test, 'screen', {
      edit: ({ devices }) => {
        const [screen] = devices.graphics
        if (screen !== undefined) devices.graphics.remove(screen)
        devices.graphics.add({ type: 'vnc', port, autoPort: false, password: 'hush1234', listenAddress: '127.0.0.1' })
      },
    })
    const cause = await expectMended(test, guest, 'port-taken', 'change-port')
    expect(cause.sentence.english).toContain(`port ${port}`)
    server.close()
    const after = DomainXml.parse(await guest.domain.getXMLDesc(['inactive', 'secure']))
    expect(after.devices.graphics[0]).toMatchObject({ autoPort: true, password: 'hush1234' })
  })

  it('gets a free one for its serial port', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const guest = await makeGuest(test, 'serial', {
      edit: ({ devices }) => {
        for (const serial of [...devices.serials]) devices.serials.remove(serial)
        for (const console of [...devices.consoles]) devices.consoles.remove(console)
        devices.serials.add({
          type: 'tcp',
          source: { mode: 'bind', host: '127.0.0.1', service: String(port) },
          targetPort: 0,
        })
      },
    })
    await expectMended(test, guest, 'port-taken', 'change-port')
    server.close()
  })
})

describe('a machine whose processor', () => {
  it('is of a model that does not run here gets what this host has', async () => {
    const guest = await makeGuest(test, 'model', {
      edit: ({ cpu }) =>
        Object.assign(cpu, { mode: 'custom', match: 'exact', check: 'partial', model: 'Skylake-Server' }),
    })
    await expectMended(test, guest, 'cpu-model-unusable', 'set-cpu-mode')
  })
})

describe('a machine whose firmware', () => {
  it('lost its settings, and what new ones are made from, gets others', async () => {
    const folder = await test.folder('templates')
    const template = join(folder, 'VARS.fd')
    await writeFile(template, await readFile('/usr/share/OVMF/OVMF_VARS_4M.fd'))
    const guest = await makeGuest(test, 'template', {
      edit: ({ os }) => {
        os.loader.path = '/usr/share/OVMF/OVMF_CODE_4M.fd'
        Object.assign(os.loader, { isReadOnly: true, type: 'pflash' })
        Object.assign(os.nvram, { path: join(folder, 'own.fd'), template })
      },
    })
    await rm(template)
    await expectMended(test, guest, 'firmware-template-missing', 'choose-firmware')
  })
})

describe('a machine that is given something', () => {
  it('that is not plugged in starts without it', async () => {
    const guest = await makeGuest(test, 'usb', {
      edit: ({ devices }) => {
        devices.hostDevices.add({ mode: 'subsystem', type: 'usb', usbVendorId: '0xdead', usbProductId: '0xbeef' })
      },
    })
    const cause = await expectMended(test, guest, 'host-device-missing', 'detach-host-device')
    expect(cause.sentence.english).toContain('given the USB device dead:beef, which is not plugged in')
  })

  it('such as a folder that is gone starts without it', async () => {
    const shared = await test.folder('shared')
    const guest = await makeGuest(test, 'shares', {
      edit: ({ devices }) => {
        devices.filesystems.add({ type: 'mount', accessMode: 'mapped', sourceDirectory: shared, targetTag: 'work' })
      },
    })
    await rm(shared, { recursive: true })
    const cause = await expectStopped(test, guest, 'shared-folder-missing')
    await mkdir(shared)
    expect(await stoppedBy(test, guest)).toEqual([]) // put back by hand is as good
    await rm(shared, { recursive: true })
    await press(test, cause, 'detach-shared-folder')
    await expectStarts(test, guest)
  })

  it('is warned where another one on its network has its address', async () => {
    const guest = await makeGuest(test, 'twin', {
      edit: (definition) => {
        card(definition, 'network', { network: 'still' })
        card(definition, 'network', { network: 'still' })
      },
    })
    const [cause] = await causesOf(test, guest)
    expect(cause).toMatchObject({ id: 'mac-address-taken', severity: 'warns' })
    if (cause !== undefined) await press(test, cause, 'new-mac-address')
    const addresses = (await definitionOf(guest)).devices.interfaces.map(({ macAddress }) => macAddress)
    expect(new Set(addresses).size).toBe(2)
  })
})

describe('a machine whose saved state', () => {
  async function saved(name: string): Promise<{ guest: TestGuest; path: string }> {
    const guest = await makeGuest(test, name, {
      edit: ({ devices }) => {
        const drive = devices.disks[1]
        if (drive !== undefined) drive.source.startupPolicy = 'mandatory'
      },
    })
    await test.client.machines.power({ hostId, uuid: guest.uuid, action: 'start' })
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
    await test.ended(test.client.machines.save({ hostId, uuid: guest.uuid }))
    await test.until(({ machines }) => machines.get(guest.uuid)?.hasSavedState === true)
    return { guest, path: join(test.daemon.env['XDG_CONFIG_HOME'] ?? '', 'libvirt/qemu/save', `${name}.save`) }
  }

  it('is damaged starts afresh, and the state is kept aside', async () => {
    const { guest, path } = await saved('damaged-state')
    const whole = await readFile(path)
    const damaged = Buffer.concat([Buffer.from('nonsense'), whole.subarray(8)])
    await writeFile(path, damaged)
    await expectMended(test, guest, 'saved-state-damaged', 'set-saved-state-aside')
    const aside = (await readdir(dirname(path))).filter((name) => name.startsWith('damaged-state.save.aside-'))
    expect(aside).toHaveLength(1)
    expect((await readFile(join(dirname(path), aside[0] ?? ''))).equals(damaged)).toBe(true)
  })

  it('was made with a medium that is gone starts afresh', async () => {
    const { guest } = await saved('stale-state')
    await rm(guest.isoPath)
    const cause = await expectStopped(test, guest, 'medium-missing')
    expect(cause.repairs.map(({ action }) => action?.kind)).toEqual(['set-saved-state-aside'])
    await press(test, cause, 'set-saved-state-aside')
    await test.client.repairs.run({ kind: 'eject-media', hostId, uuid: guest.uuid, targetDev: 'sda' })
    await expectStarts(test, guest)
  })
})
