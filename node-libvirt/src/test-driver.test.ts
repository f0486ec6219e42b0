import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { join } from 'node:path'
import { isAtLeast } from '../testing/libvirt-version.ts'
import { startDaemon, type RealDaemon } from '../testing/real-daemon.ts'
import { writeFleet } from '../testing/fleet-file.ts'
import type { Connection } from './connection.ts'
import type { Domain } from './domain.ts'
import { openConnection } from './open.ts'

// What libvirt's own test driver can do, through a real daemon.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let daemon: RealDaemon
let connection: Connection
let domain: Domain

beforeAll(async () => {
  daemon = await startDaemon()
  connection = await openConnection(daemon.uri('test:///default'))
  domain = await connection.domainLookupByName('test')
})

afterAll(async () => {
  await connection.close()
  await daemon.stop()
})

describe('the host', () => {
  it('tells of itself', async () => {
    expect(await connection.isSecure()).toBe(true)
    expect(await connection.getSysinfo()).toContain('<sysinfo')
    expect(await connection.getMaxVcpus('test')).toBeGreaterThan(0)
    const map = await connection.nodeGetCPUMap()
    expect(map.online).toHaveLength(map.onlineCount)
    expect((await connection.nodeGetCellsFreeMemory(0, 1))[0]).toBeGreaterThan(0)
  })

  it('knows CPU models and what CPUs have in common', async () => {
    expect(await connection.getCPUModelNames('x86_64')).toContain('qemu64')
    const cpu = '<cpu><arch>x86_64</arch><model>qemu64</model></cpu>'
    expect(await connection.baselineCPU([cpu])).toContain('qemu64')
    await expect(connection.compareCPU(cpu)).rejects.toMatchObject({ code: 'no-support' })
  })

  it('says what it cannot', async () => {
    await expect(connection.nodeGetSEVInfo()).rejects.toMatchObject({ code: 'no-support' })
    await expect(connection.domainXMLToNative('qemu-argv', '<domain/>')).rejects.toMatchObject({ code: 'no-support' })
    await expect(connection.findStoragePoolSources('nonsense')).rejects.toMatchObject({ name: 'LibvirtError' })
  })
})

describe('a domain', () => {
  it('tells of itself', async () => {
    expect((await connection.domainLookupByID(domain.id ?? 0)).uuid).toBe(domain.uuid)
    expect(await domain.getOSType()).toBe('linux')
    expect(await domain.getMaxMemory()).toBe(8_388_608)
    if (await isAtLeast(connection, '9.0')) {
      expect(await domain.getControlInfo()).toMatchObject({ state: 'ok' })
      expect(await domain.getSecurityLabel()).toEqual({ label: 'libvirt-test', isEnforcing: true })
    } else {
      const refusal = { code: 'no-support', isUnsupported: true }
      await expect(domain.getControlInfo()).rejects.toMatchObject(refusal)
      await expect(domain.getSecurityLabel()).rejects.toMatchObject(refusal)
    }
  })

  it('has CPUs that are pinned', async () => {
    expect(await domain.getVcpusFlags()).toBe(2)
    const [first] = await domain.getVcpus()
    expect(first).toMatchObject({ number: 0, state: 'running' })
    await domain.pinVcpu(0, [1, 3])
    expect((await domain.getVcpuPinInfo())[0]).toEqual([1, 3])
    expect((await domain.getVcpus())[0]?.cpus).toEqual([1, 3])
    await domain.pinEmulator([2])
    expect(await domain.getEmulatorPinInfo()).toEqual([2])
    const [total] = await domain.getCPUStats()
    expect(total?.['cpu_time']).toBeGreaterThan(0)
    expect(await domain.getCPUStats({ firstCpu: 0, cpuCount: 2 })).toHaveLength(2)
  })

  it('keeps the limits that it is given', async () => {
    await domain.setMemoryParameters({ hard_limit: 9_000_000, soft_limit: 8_000_000 })
    expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: 9_000_000, soft_limit: 8_000_000 })
    await domain.setNumaParameters({ numa_nodeset: '0', numa_mode: 0 }, ['config'])
    expect(await domain.getNumaParameters(['config'])).toMatchObject({ numa_nodeset: '0' })
    expect((await domain.getSchedulerType()).type).toBe('fair')
    await domain.setPerfEvents({ cmt: true, cache_misses: false })
    expect(await domain.getPerfEvents()).toMatchObject({ cmt: true, cache_misses: false })
  })

  it('has a guest that answers', async () => {
    expect(await domain.getFSInfo()).toContainEqual(expect.objectContaining({ mountPoint: '/', type: 'ext4' }))
    expect(await domain.fsFreeze()).toBeGreaterThan(0)
    expect(await domain.fsThaw()).toBeGreaterThan(0)
    await domain.fsTrim()
    await domain.setUserPassword('root', 'secret')
    await domain.injectNMI()
    await domain.sendProcessSignal(1, 'hup')
    await domain.setLifecycleAction('crash', 'preserve')
    const timeMs = await domain.getTime()
    expect(Number.isSafeInteger(timeMs)).toBe(true)
    await domain.setTime(1_700_000_000_000)
    await expect(domain.authorizedSSHKeysGet('root')).rejects.toMatchObject({ code: 'no-support' })
    await expect(domain.setGuestVcpus([0], true)).rejects.toMatchObject({ code: 'no-support' })
  })

  it('is saved into a file, described there, and restored', async () => {
    const path = join(daemon.dataFolder, 'saved')
    await domain.save(path)
    expect((await domain.getState()).state).toBe('shutoff')
    expect(await connection.domainSaveImageGetXMLDesc(path)).toContain('<name>test</name>')
    await connection.domainRestore(path)
    expect((await domain.getState()).state).toBe('running')
    await domain.coreDump(join(daemon.dataFolder, 'core'))
    domain = await connection.domainLookupByName('test')
  })

  it('says that it cannot move or copy', async () => {
    await expect(domain.migrateToURI3('test:///default')).rejects.toMatchObject({ code: 'no-support' })
    await expect(domain.migrateGetMaxSpeed()).rejects.toMatchObject({ code: 'no-support' })
    await expect(domain.blockCopy('vda', '<disk/>')).rejects.toMatchObject({ code: 'no-support' })
    await expect(domain.backupBegin('<domainbackup/>')).rejects.toMatchObject({ code: 'no-support' })
    await expect(domain.getLaunchSecurityInfo()).rejects.toMatchObject({ name: 'LibvirtError' })
  })

  it('has a tree of checkpoints', async () => {
    const xml = (name: string) => `<domaincheckpoint><name>${name}</name></domaincheckpoint>`
    await domain.checkpointCreateXML(xml('first'))
    const second = await domain.checkpointCreateXML(xml('second'))
    expect((await second.getParent()).name).toBe('first')
    const [root] = await domain.listAllCheckpoints(['roots'])
    expect((await root?.listAllChildren())?.map((child) => child.name)).toEqual(['second'])
    expect(await second.getXMLDesc(['no-domain'])).toContain('<name>second</name>')
    await (await domain.checkpointLookupByName('first')).delete(['children'])
    expect(await domain.listAllCheckpoints()).toEqual([])
    await expect(domain.checkpointLookupByName('first')).rejects.toMatchObject({ code: 'no-domain-checkpoint' })
  })
})

describe('the host’s interfaces', () => {
  it('are listed, changed and given back', async () => {
    const [lo] = await connection.listAllInterfaces()
    expect(lo?.name).toBe('eth1')
    const one = await connection.interfaceLookupByMACString(lo?.mac ?? '')
    expect(await one.isActive()).toBe(true)
    await one.destroy()
    expect(await one.isActive()).toBe(false)
    await one.create()
    await connection.interfaceChangeBegin()
    await one.undefine()
    await expect(connection.interfaceLookupByName('eth1')).rejects.toMatchObject({ code: 'no-interface' })
    await connection.interfaceChangeRollback()
    expect(await (await connection.interfaceLookupByName('eth1')).getXMLDesc()).toContain('eth1')
    await expect(connection.interfaceChangeCommit()).rejects.toMatchObject({ code: 'operation-invalid' })
  })
})

describe('networks', () => {
  it('are changed in parts', async () => {
    const network = await connection.networkLookupByName('default')
    const host = `<host mac='52:54:00:00:00:55' ip='192.168.122.55'/>`
    await network.update('add-last', 'ip-dhcp-host', host, ['live'], { parentIndex: 0 })
    expect(await network.getXMLDesc()).toContain('52:54:00:00:00:55')
    const renamed = host.replace('/>', ` name='web'/>`)
    await network.update('modify', 'ip-dhcp-host', renamed, ['live'], { parentIndex: 0 })
    expect(await network.getXMLDesc()).toContain(`name='web'`)
    await expect(network.update('delete', 'dns-host', '<host/>')).rejects.toMatchObject({ name: 'LibvirtError' })
    await expect(network.listAllPorts()).rejects.toMatchObject({ code: 'no-support' })
  })
})

describe('pools', () => {
  it('are found by a volume of theirs, and count them', async () => {
    const pool = await connection.storagePoolLookupByName('default-pool')
    const volume = await pool.storageVolCreateXML(`<volume><name>v</name><capacity>1024</capacity></volume>`)
    expect((await connection.storagePoolLookupByVolume(volume)).uuid).toBe(pool.uuid)
    expect(await pool.numOfVolumes()).toBe(1)
  })
})

describe('node devices', () => {
  it('are found by name, tell what they can, and virtual ones are made and removed', async () => {
    const uri = writeFleet(daemon, 'devices.xml', [])
    await using other = await openConnection(uri)
    const host = await connection.nodeDeviceLookupByName('computer')
    expect(await host.listCaps()).toContain('system')
    await expect(connection.nodeDeviceLookupByName('nobody')).rejects.toMatchObject({ code: 'no-node-device' })
    await expect(host.detachFlags()).rejects.toMatchObject({ name: 'LibvirtError' })
    await expect(other.nodeDeviceCreateXML('<device/>')).rejects.toMatchObject({ name: 'LibvirtError' })
  })
})

describe('what this driver lacks', () => {
  it('is refused with a code', async () => {
    await expect(connection.listAllSecrets()).rejects.toMatchObject({ code: 'no-support', domain: 'secret' })
    await expect(connection.storagePoolLookupByTargetPath('/default-pool')).rejects.toMatchObject({
      code: 'no-support',
    })
    await expect(connection.listAllNWFilters()).rejects.toMatchObject({ name: 'LibvirtError' })
  })
})
