import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { join } from 'node:path'
import { isAtLeast } from '../testing/libvirt-version.ts'
import { startDaemon, type RealDaemon } from '../testing/real-daemon.ts'
import type { Connection } from './connection.ts'
import type { Domain } from './domain.ts'
import { openConnection } from './open.ts'

// Daemons and guests share the machine with everything else that is tested at the same time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let daemon: RealDaemon
let connection: Connection
let domain: Domain

const aNumber: unknown = expect.any(Number)

const KEY_ENTER = 28

const guestXml = (diskPath: string) => `<domain type='qemu'>
  <name>blank</name><memory unit='MiB'>64</memory><currentMemory unit='MiB'>48</currentMemory><vcpu current='1'>2</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${diskPath}'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
    <controller type='sata' index='0'/>
    <interface type='user'><mac address='52:54:00:00:00:07'/><model type='virtio'/></interface>
    <serial type='pty'/><console type='pty'/>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <video><model type='vga'/></video>
    <memballoon model='virtio'/>
  </devices>
</domain>`

beforeAll(async () => {
  daemon = await startDaemon()
  connection = await openConnection(daemon.uri('qemu:///session'))
  const pool = await connection.storagePoolCreateXML(
    `<pool type='dir'><name>p</name><target><path>${daemon.dataFolder}</path></target></pool>`,
  )
  await pool.storageVolCreateXML(
    `<volume><name>disk.qcow2</name><capacity unit='MiB'>64</capacity><target><format type='qcow2'/></target></volume>`,
  )
  domain = await connection.domainDefineXML(guestXml(join(daemon.dataFolder, 'disk.qcow2')))
  domain = await domain.create()
})

afterAll(async () => {
  await domain.destroy()
  await connection.close()
  await daemon.stop()
})

describe('a real guest without a system', () => {
  it('runs, and tells what it is', async () => {
    expect(await domain.getState()).toEqual({ state: 'running', reason: 1 })
    expect(await domain.getInfo()).toMatchObject({ state: 'running', maxMemoryKiB: 65_536, vcpuCount: 1 })
    expect(await domain.getXMLDesc(['inactive'])).toContain('<name>blank</name>')
    expect(await connection.getDomainCapabilities({ virtType: 'qemu', arch: 'x86_64' })).toContain(
      '<domainCapabilities>',
    )
    expect(await connection.nodeGetFreeMemory()).toBeGreaterThan(0)
    expect(await connection.nodeGetCPUStats()).toMatchObject({ idle: aNumber, user: aNumber })
    expect(await connection.nodeGetMemoryStats()).toMatchObject({ total: aNumber, free: aNumber })
  })

  it('shows its screen', async () => {
    const { mime, data } = await domain.screenshot()
    const signature = Buffer.from(data.subarray(0, 4)).toString('latin1')
    expect(mime === 'image/png' ? signature : signature.slice(0, 2)).toBe(mime === 'image/png' ? '\x89PNG' : 'P6')
    expect(data.length).toBeGreaterThan(100)
    await expect(domain.screenshot(7)).rejects.toMatchObject({ name: 'LibvirtError' })
    expect((await domain.getState()).state).toBe('running')
  })

  it('measures itself in one call', async () => {
    const [record] = await connection.getAllDomainStats(
      ['state', 'cpu-total', 'balloon', 'vcpu', 'interface', 'block'],
      { domains: [domain] },
    )
    expect(record?.stats).toMatchObject({
      'state.state': 1,
      'vcpu.current': 1,
      'balloon.maximum': 65_536,
      'net.count': 1,
      'block.count': 2,
      'block.0.name': 'vda',
      'block.0.capacity': 64 * 1_048_576,
    })
    // Old daemons know it only where they may use cgroups, and an unprivileged one may not.
    if (await isAtLeast(connection, '9.0')) expect(record?.stats['cpu.time']).toBeGreaterThan(0)
    expect(await domain.memoryStats()).toMatchObject({ 'actual-balloon': aNumber, rss: aNumber })
    expect(await domain.getBlockInfo('vda')).toMatchObject({ capacityBytes: 64 * 1_048_576 })
    expect(await domain.blockStats('vda')).toMatchObject({ readRequests: aNumber, errors: -1 })
  })

  it('takes keys', async () => {
    await domain.sendKey([KEY_ENTER])
    await expect(domain.sendKey([])).rejects.toMatchObject({ name: 'LibvirtError' })
  })

  it('opens its console to one at a time', async () => {
    const console = domain.openConsole(null, ['safe'])
    const ended = new Promise((resolve) => console.once('end', resolve))
    console.resume()
    console.write('x')
    await console.opened // or the daemon may give it to the second one, as it works on both calls at once
    const second = domain.openConsole(null, ['safe'])
    await expect(second.toArray()).rejects.toMatchObject({ name: 'LibvirtError', code: 'operation-failed' })
    console.end()
    await ended
    const third = domain.openConsole(null, ['safe'])
    await new Promise((resolve) => third.write('x', resolve))
    third.destroy()
    expect((await domain.getState()).state).toBe('running')
  })

  it('says that no agent answers', async () => {
    await expect(domain.agentCommand('{"execute":"guest-ping"}', 1)).rejects.toMatchObject({
      code: 'agent-unresponsive',
    })
    await expect(domain.getGuestInfo(['os'])).rejects.toMatchObject({ code: 'agent-unresponsive' })
    await expect(domain.interfaceAddresses('agent')).rejects.toMatchObject({ code: 'agent-unresponsive' })
  })

  it('changes while it runs', async () => {
    await domain.blockResize('vda', 96 * 1_048_576)
    expect((await domain.getBlockInfo('vda')).capacityBytes).toBe(96 * 1_048_576)
    await domain.setMemoryFlags(40_960, ['config'])
    expect(await domain.getXMLDesc(['inactive'])).toContain(`<currentMemory unit='KiB'>40960</currentMemory>`)
    await domain.setVcpusFlags(2, ['config'])
    const events = connection.domainEvents('device-added')
    await events.ready
    await domain.attachDeviceFlags(`<interface type='user'><model type='virtio'/></interface>`, ['live'])
    expect((await events.next()).value).toMatchObject({ deviceAlias: expect.stringMatching(/^net/) as unknown })
    await events.return()
    await domain.updateDeviceFlags(
      `<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>`,
      ['live'],
    )
    expect(await domain.getJobStats()).toMatchObject({ type: 'none' })
    await expect(domain.abortJob()).rejects.toMatchObject({ code: 'operation-invalid' })
  })

  it('tells of its pauses by events and refuses a second pause’s opposite', async () => {
    const events = connection.domainEvents('lifecycle', { domain })
    await events.ready
    await domain.suspend()
    expect((await events.next()).value).toMatchObject({ event: 'suspended', detail: 0 })
    expect((await domain.getState()).state).toBe('paused')
    await domain.resume()
    expect((await events.next()).value).toMatchObject({ event: 'resumed' })
    await expect(domain.resume()).rejects.toMatchObject({ code: 'operation-invalid', domain: 'qemu' })
    await domain.reset()
    await events.return()
  })

  it('goes back to a snapshot', async () => {
    // Cut off the CD drive's and the agent's part: what is taken is the disk's and the memory's state.
    const snapshot = await domain.snapshotCreateXML('<domainsnapshot><name>here</name></domainsnapshot>')
    expect((await domain.snapshotCurrent()).name).toBe('here')
    await domain.suspend()
    await snapshot.revert(['running'])
    expect((await domain.getState()).state).toBe('running')
    await snapshot.delete()
    expect(await domain.listAllSnapshots()).toEqual([])
  })

  it('is saved, and goes on from there', async () => {
    await domain.managedSave()
    expect(await domain.hasManagedSaveImage()).toBe(true)
    expect((await domain.getState()).state).toBe('shutoff')
    await expect(domain.undefineFlags([])).rejects.toMatchObject({ code: 'operation-invalid' })
    domain = await domain.create()
    expect(await domain.hasManagedSaveImage()).toBe(false)
    expect((await domain.getState()).state).toBe('running')
  })
})
