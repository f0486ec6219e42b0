import { describe, expect, it } from 'vitest'
import { observed, type Answers } from '../testing/observed-calls.ts'
import type { Connection } from './connection.ts'
import { Interface } from './interface.ts'
import { NetworkPort } from './network-port.ts'
import { Network } from './network.ts'
import { NodeDevice } from './node-device.ts'
import { NWFilter, NWFilterBinding } from './nw-filter.ts'
import { Secret } from './secret.ts'
import { StoragePool } from './storage-pool.ts'
import { StorageVolume } from './storage-volume.ts'

// Like domain-procedures.test.ts: what is sent, and what is made of the answer.

const uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f'
const net = { name: 'n', uuid }
const pool = { name: 'p', uuid }
const vol = { pool: 'p', name: 'v', key: '/p/v' }
const iface = { name: 'eth0', mac: '52:54:00:00:00:01' }
const dev = { name: 'pci_0000_00_01_0' }
const secret = { uuid, usageType: 2, usageID: 'client.admin' }
const nwfilter = { name: 'clean', uuid }
const binding = { portdev: 'vnet0', filtername: 'clean' }
const port = { net, uuid }
const none = null

/** The arguments of the calls, in their order. */
async function args(answers: Answers, act: (connection: Connection) => Promise<unknown>): Promise<unknown[]> {
  return (await observed(answers, act)).calls.map(([, one]) => one)
}

async function result<T>(answers: Answers, act: (connection: Connection) => Promise<T>): Promise<T> {
  return (await observed(answers, act)).result
}

describe('the host', () => {
  it('tells of itself', async () => {
    expect(await result({ connectIsSecure: { secure: 1 } }, (c) => c.isSecure())).toBe(true)
    expect(await result({ connectGetSysinfo: { sysinfo: '<sysinfo/>' } }, (c) => c.getSysinfo())).toBe('<sysinfo/>')
    expect(await args({ connectGetMaxVcpus: { max_vcpus: 255 } }, (c) => c.getMaxVcpus('kvm'))).toEqual([
      { type: 'kvm' },
    ])
    const model = Buffer.alloc(257)
    model.write('apparmor')
    const security = { model, doi: Buffer.alloc(257) }
    expect(await result({ nodeGetSecurityModel: security }, (c) => c.nodeGetSecurityModel())).toEqual({
      model: 'apparmor',
      doi: '',
    })
    const map = { cpumap: Uint8Array.of(5), online: 2, ret: 3 }
    expect(await result({ nodeGetCpuMap: map }, (c) => c.nodeGetCPUMap())).toEqual({
      cpuCount: 3,
      onlineCount: 2,
      online: [0, 2],
    })
  })

  it('has memory in cells and pages', async () => {
    expect(await result({ nodeGetCellsFreeMemory: { cells: [5n, 6n] } }, (c) => c.nodeGetCellsFreeMemory())).toEqual([
      5, 6,
    ])
    const pages = await observed({ nodeGetFreePages: { counts: [1n, 2n, 3n, 4n] } }, (c) =>
      c.nodeGetFreePages([4, 2_048], { cellCount: 2 }),
    )
    expect(pages).toEqual({
      calls: [['nodeGetFreePages', { pages: [4, 2_048], startCell: 0, cellCount: 2, flags: 0 }]],
      result: [
        [1, 2],
        [3, 4],
      ],
    })
    expect(
      await args({ nodeAllocPages: { ret: 2 } }, (c) => c.nodeAllocPages([{ sizeKiB: 2_048, count: 2 }], 'set')),
    ).toEqual([{ pageSizes: [2_048], pageCounts: [2n], startCell: -1, cellCount: 1, flags: 1 }])
  })

  it('has parameters, which are counted first', async () => {
    const params = [{ field: 'shm_pages_shared', value: { type: 4 as const, ul: 2n ** 60n } }]
    const answer = { params, nparams: 8 }
    const memory = await observed({ nodeGetMemoryParameters: answer }, (c) => c.nodeGetMemoryParameters())
    expect(memory.result).toEqual({ shm_pages_shared: 2n ** 60n })
    expect(memory.calls.map(([, one]) => one)).toEqual([
      { nparams: 0, flags: 4 },
      { nparams: 8, flags: 4 },
    ])
    expect(
      await args({ nodeSetMemoryParameters: none }, (c) => c.nodeSetMemoryParameters({ shm_pages_to_scan: 100 })),
    ).toEqual([{ params: [{ field: 'shm_pages_to_scan', value: { type: 2, ui: 100 } }], flags: 0 }])
    expect(await result({ nodeGetSevInfo: { params: [], nparams: 0 } }, (c) => c.nodeGetSEVInfo())).toEqual({})
    expect(await args({ nodeSuspendForDuration: none }, (c) => c.nodeSuspendForDuration('disk', 60))).toEqual([
      { target: 1, duration: 60n, flags: 0 },
    ])
  })
})

describe('capabilities', () => {
  it('are asked of one emulator', async () => {
    const of = { emulator: '/q', arch: 'x86_64', machine: 'q35', virtType: 'kvm' }
    const wanted = { emulator: '/q', arch: 'x86_64', machine: 'q35', virttype: 'kvm' }
    expect(
      await observed({ connectCompareHypervisorCpu: { result: 2 } }, (c) =>
        c.compareHypervisorCPU('<cpu/>', of, ['validate-xml']),
      ),
    ).toEqual({
      calls: [['connectCompareHypervisorCpu', { ...wanted, xmlCPU: '<cpu/>', flags: 2 }]],
      result: 'superset',
    })
    expect(
      await args({ connectBaselineHypervisorCpu: { cpu: '<cpu/>' } }, (c) =>
        c.baselineHypervisorCPU(['<cpu/>'], of, ['migratable']),
      ),
    ).toEqual([{ ...wanted, xmlCPUs: ['<cpu/>'], flags: 2 }])
    const { emulator, ...others } = wanted
    expect(
      await args({ connectGetDomainCapabilities: { capabilities: '<d/>' } }, (c) =>
        c.getDomainCapabilities({ ...of, flags: ['disable-deprecated-features'] }),
      ),
    ).toEqual([{ emulatorbin: emulator, ...others, flags: 1 }])
  })

  it('compare and combine CPUs', async () => {
    expect(await result({ connectCompareCpu: { result: 0 } }, (c) => c.compareCPU('<cpu/>'))).toBe('incompatible')
    expect(
      await args({ connectBaselineCpu: { cpu: '<cpu/>' } }, (c) =>
        c.baselineCPU(['<a/>', '<b/>'], ['expand-features']),
      ),
    ).toEqual([{ xmlCPUs: ['<a/>', '<b/>'], flags: 1 }])
    expect(
      await observed({ connectGetCpuModelNames: { models: ['486'], ret: 1 } }, (c) => c.getCPUModelNames('x86_64')),
    ).toEqual({
      calls: [['connectGetCpuModelNames', { arch: 'x86_64', need_results: 1, flags: 0 }]],
      result: ['486'],
    })
  })

  it('translate descriptions', async () => {
    expect(
      await args({ connectDomainXmlFromNative: { domainXml: '<d/>' } }, (c) => c.domainXMLFromNative('qemu-argv', 'q')),
    ).toEqual([{ nativeFormat: 'qemu-argv', nativeConfig: 'q', flags: 0 }])
    expect(
      await args({ connectDomainXmlToNative: { nativeConfig: 'q' } }, (c) => c.domainXMLToNative('qemu-argv', '<d/>')),
    ).toEqual([{ nativeFormat: 'qemu-argv', domainXml: '<d/>', flags: 0 }])
    expect(
      await result({ connectGetStoragePoolCapabilities: { capabilities: '<s/>' } }, (c) =>
        c.getStoragePoolCapabilities(),
      ),
    ).toBe('<s/>')
  })
})

describe('saved guests', () => {
  it('come back, and their descriptions can be changed', async () => {
    const answers: Answers = {
      domainRestore: none,
      domainRestoreFlags: none,
      domainRestoreParams: none,
      domainSaveImageGetXmlDesc: { xml: '<d/>' },
      domainSaveImageDefineXml: none,
    }
    const sent = await args(answers, async (c) => {
      await c.domainRestore('/s')
      await c.domainRestoreFlags('/s', null, ['paused'])
      await c.domainRestoreParams({ file: '/s' }, ['running'])
      await c.domainSaveImageGetXMLDesc('/s', ['secure'])
      await c.domainSaveImageDefineXML('/s', '<d/>')
    })
    expect(sent).toEqual([
      { from: '/s' },
      { from: '/s', dxml: null, flags: 4 },
      { params: [{ field: 'file', value: { type: 7, s: '/s' } }], flags: 2 },
      { file: '/s', flags: 1 },
      { file: '/s', dxml: '<d/>', flags: 0 },
    ])
  })
})

describe('networks', () => {
  it('are changed in parts', async () => {
    expect(
      await args({ networkUpdate: none }, (c) =>
        new Network(c, net).update('add-last', 'ip-dhcp-host', '<host/>', ['live', 'config'], { parentIndex: 1 }),
      ),
    ).toEqual([{ net, command: 3, section: 4, parentIndex: 1, xml: '<host/>', flags: 3 }])
  })

  it('are changed with command and section exchanged where the daemon is of the first kind', async () => {
    const { calls } = await observed({ connectSupportsFeature: { supported: 0 }, networkUpdate: none }, async (c) => {
      const network = new Network(c, net)
      await network.update('modify', 'ip-dhcp-host', '<host/>')
      await network.update('delete', 'dns-host', '<host/>')
    })
    const change = { net, parentIndex: -1, xml: '<host/>', flags: 0 }
    expect(calls).toEqual([
      ['connectSupportsFeature', { feature: 16 }], // once for the connection
      ['networkUpdate', { ...change, command: 4, section: 1 }],
      ['networkUpdate', { ...change, command: 10, section: 2 }],
    ])
  })

  it('have metadata', async () => {
    const kind = { uri: 'urn:x', key: 'x' }
    expect(
      await args({ networkSetMetadata: none }, (c) => new Network(c, net).setMetadata(kind, '<x/>', ['config'])),
    ).toEqual([{ network: net, type: 2, metadata: '<x/>', key: 'x', uri: 'urn:x', flags: 2 }])
    expect(
      await observed({ networkGetMetadata: { metadata: 'T' } }, (c) => new Network(c, net).getMetadata('title')),
    ).toEqual({ calls: [['networkGetMetadata', { network: net, type: 1, uri: null, flags: 0 }]], result: 'T' })
  })

  it('have ports with limits', async () => {
    const params = [{ field: 'outbound.peak', value: { type: 2 as const, ui: 9 } }]
    const answers: Answers = {
      networkListAllPorts: { ports: [port], ret: 1 },
      networkPortLookupByUuid: { port },
      networkPortCreateXml: { port },
      networkPortGetXmlDesc: { xml: '<p/>' },
      networkPortGetParameters: { params, nparams: 0 },
      networkPortSetParameters: none,
      networkPortDelete: none,
    }
    const { calls, result: told } = await observed(answers, async (c) => {
      const network = new Network(c, net)
      const [listed] = await network.listAllPorts()
      await network.portLookupByUUID(uuid)
      const made = await network.portCreateXML('<p/>', ['reclaim'])
      await made.setParameters({ 'outbound.peak': 9 })
      const got = [listed instanceof NetworkPort, made.uuid, await made.getXMLDesc(), await made.getParameters()]
      await made.delete()
      return got
    })
    expect(told).toEqual([true, uuid, '<p/>', { 'outbound.peak': 9 }])
    expect(calls.map(([, one]) => one)).toEqual([
      { network: net, need_results: 1, flags: 0 },
      { network: net, uuid },
      { network: net, xml: '<p/>', flags: 1 },
      { port, params, flags: 0 },
      { port, flags: 0 },
      { port, nparams: 0, flags: 0 },
      { port, flags: 0 },
    ])
  })

  it('are defined and started with flags where the daemon is new enough to know them', async () => {
    const answers: Answers = {
      networkDefineXmlFlags: { net },
      networkCreateXmlFlags: { net },
      networkDefineXml: { net },
      networkCreateXml: { net },
    }
    const { calls } = await observed(answers, async (c) => {
      await c.networkDefineXML('<n/>')
      await c.networkDefineXML('<n/>', ['validate'])
      await c.networkCreateXML('<n/>')
      await c.networkCreateXML('<n/>', ['validate'])
    })
    expect(calls).toEqual([
      ['networkDefineXml', { xml: '<n/>' }],
      ['networkDefineXmlFlags', { xml: '<n/>', flags: 1 }],
      ['networkCreateXml', { xml: '<n/>' }],
      ['networkCreateXmlFlags', { xml: '<n/>', flags: 1 }],
    ])
  })
})

describe('the host’s interfaces', () => {
  it('are found, defined, brought up and down', async () => {
    const answers: Answers = {
      connectListAllInterfaces: { ifaces: [iface], ret: 1 },
      interfaceLookupByName: { iface },
      interfaceLookupByMacString: { iface },
      interfaceDefineXml: { iface },
      interfaceGetXmlDesc: { xml: '<i/>' },
      interfaceIsActive: { active: 1 },
      interfaceCreate: none,
      interfaceDestroy: none,
      interfaceUndefine: none,
    }
    const { calls, result: told } = await observed(answers, async (c) => {
      const [listed] = await c.listAllInterfaces(['active'])
      await c.interfaceLookupByName('eth0')
      await c.interfaceLookupByMACString(iface.mac)
      const one = await c.interfaceDefineXML('<i/>', ['validate'])
      const got = [listed?.name, one.mac, await one.getXMLDesc(['inactive']), await one.isActive()]
      await one.create()
      await one.destroy()
      await one.undefine()
      return [...got, one instanceof Interface]
    })
    expect(told).toEqual(['eth0', iface.mac, '<i/>', true, true])
    expect(calls.map(([, one]) => one)).toEqual([
      { need_results: 1, flags: 2 },
      { name: 'eth0' },
      { mac: iface.mac },
      { xml: '<i/>', flags: 1 },
      { iface, flags: 1 },
      { iface },
      { iface, flags: 0 },
      { iface, flags: 0 },
      { iface },
    ])
  })

  it('change in steps that can be taken back', async () => {
    const answers: Answers = {
      interfaceChangeBegin: none,
      interfaceChangeCommit: none,
      interfaceChangeRollback: none,
    }
    const { calls } = await observed(answers, async (c) => {
      await c.interfaceChangeBegin()
      await c.interfaceChangeRollback()
      await c.interfaceChangeCommit()
    })
    expect(calls.map(([name]) => name)).toEqual([
      'interfaceChangeBegin',
      'interfaceChangeRollback',
      'interfaceChangeCommit',
    ])
  })
})

describe('filters', () => {
  it('are found, defined and forgotten', async () => {
    const answers: Answers = {
      connectListAllNwfilters: { filters: [nwfilter], ret: 1 },
      nwfilterLookupByName: { nwfilter },
      nwfilterLookupByUuid: { nwfilter },
      nwfilterDefineXml: { nwfilter },
      nwfilterDefineXmlFlags: { nwfilter },
      nwfilterGetXmlDesc: { xml: '<f/>' },
      nwfilterUndefine: none,
    }
    const { calls, result: told } = await observed(answers, async (c) => {
      const [listed] = await c.listAllNWFilters()
      await c.nwfilterLookupByName('clean')
      await c.nwfilterLookupByUUID(uuid)
      await c.nwfilterDefineXML('<f/>', ['validate'])
      const one = await c.nwfilterDefineXML('<f/>')
      const xml = await one.getXMLDesc()
      await one.undefine()
      return [listed?.name, one.uuid, xml, one instanceof NWFilter]
    })
    expect(told).toEqual(['clean', uuid, '<f/>', true])
    expect(calls.map(([name]) => name)).toEqual([
      ...['connectListAllNwfilters', 'nwfilterLookupByName', 'nwfilterLookupByUuid', 'nwfilterDefineXmlFlags'],
      ...['nwfilterDefineXml', 'nwfilterGetXmlDesc', 'nwfilterUndefine'],
    ])
  })

  it('are bound to cards', async () => {
    const answers: Answers = {
      connectListAllNwfilterBindings: { bindings: [binding], ret: 1 },
      nwfilterBindingLookupByPortDev: { nwfilter: binding },
      nwfilterBindingCreateXml: { nwfilter: binding },
      nwfilterBindingGetXmlDesc: { xml: '<b/>' },
      nwfilterBindingDelete: none,
    }
    const { calls, result: told } = await observed(answers, async (c) => {
      const [listed] = await c.listAllNWFilterBindings()
      await c.nwfilterBindingLookupByPortDev('vnet0')
      const one = await c.nwfilterBindingCreateXML('<b/>', ['validate'])
      const xml = await one.getXMLDesc()
      await one.delete()
      return [listed?.portDev, one.filterName, xml, one instanceof NWFilterBinding]
    })
    expect(told).toEqual(['vnet0', 'clean', '<b/>', true])
    expect(calls.map(([, one]) => one)).toEqual([
      { need_results: 1, flags: 0 },
      { name: 'vnet0' },
      { xml: '<b/>', flags: 1 },
      { nwfilter: binding, flags: 0 },
      { nwfilter: binding },
    ])
  })
})

describe('leases', () => {
  it('have an address, an owner and an end', async () => {
    const lease = {
      iface: 'virbr0',
      expirytime: 1_700_000_000n,
      type: 0,
      mac: '52:54:00:00:00:01',
      iaid: null,
      ipaddr: '192.168.122.7',
      prefix: 24,
      hostname: 'guest',
      clientid: null,
    }
    const { calls, result: told } = await observed(
      { networkGetDhcpLeases: { leases: [lease, { ...lease, expirytime: 0n, type: 1 }], ret: 2 } },
      (c) => new Network(c, net).getDHCPLeases(lease.mac),
    )
    expect(calls[0]?.[1]).toEqual({ net, mac: lease.mac, need_results: 1, flags: 0 })
    expect(told).toMatchObject([
      { interfaceName: 'virbr0', expiresAtMs: 1_700_000_000_000, type: 'ipv4', address: '192.168.122.7' },
      { expiresAtMs: null, type: 'ipv6' },
    ])
  })
})

describe('storage', () => {
  it('removes what a pool stands on', async () => {
    expect(await args({ storagePoolDelete: none }, (c) => new StoragePool(c, pool).delete(['zeroed']))).toEqual([
      { pool, flags: 1 },
    ])
  })

  it('finds pools by what is in them, and what pools could be made of', async () => {
    const answers: Answers = {
      storagePoolLookupByVolume: { pool },
      storagePoolLookupByTargetPath: { pool },
      connectFindStoragePoolSources: { xml: '<sources/>' },
      storagePoolNumOfVolumes: { num: 4 },
    }
    const { calls, result: told } = await observed(answers, async (c) => [
      (await c.storagePoolLookupByVolume(new StorageVolume(c, vol))).name,
      (await c.storagePoolLookupByTargetPath('/p')).uuid,
      await c.findStoragePoolSources('netfs', '<source/>'),
      await new StoragePool(c, pool).numOfVolumes(),
    ])
    expect(told).toEqual(['p', uuid, '<sources/>', 4])
    expect(calls.map(([, one]) => one)).toEqual([
      { vol },
      { path: '/p' },
      { type: 'netfs', srcSpec: '<source/>', flags: 0 },
      { pool },
    ])
  })

  it('wipes by an algorithm and tells the physical size', async () => {
    const answers: Answers = {
      storageVolWipePattern: none,
      storageVolGetInfoFlags: { type: 0, capacity: 10n, allocation: 4n },
    }
    const { calls, result: told } = await observed(answers, async (c) => {
      const volume = new StorageVolume(c, vol)
      await volume.wipePattern('trim')
      return volume.getInfoFlags(['get-physical'])
    })
    expect(told).toEqual({ type: 'file', capacityBytes: 10, allocationBytes: 4 })
    expect(calls.map(([, one]) => one)).toEqual([
      { vol, algorithm: 9, flags: 0 },
      { vol, flags: 1 },
    ])
  })
})

describe('node devices', () => {
  it('are found, made and defined', async () => {
    const answers: Answers = {
      nodeDeviceLookupByName: { dev },
      nodeDeviceLookupScsiHostByWwn: { dev },
      nodeDeviceCreateXml: { dev },
      nodeDeviceDefineXml: { dev },
    }
    const sent = await args(answers, async (c) => {
      await c.nodeDeviceLookupByName(dev.name)
      await c.nodeDeviceLookupSCSIHostByWWN('a', 'b')
      await c.nodeDeviceCreateXML('<device/>', ['validate'])
      await c.nodeDeviceDefineXML('<device/>')
    })
    expect(sent).toEqual([
      { name: dev.name },
      { wwnn: 'a', wwpn: 'b', flags: 0 },
      { xml_desc: '<device/>', flags: 1 },
      { xml_desc: '<device/>', flags: 0 },
    ])
  })

  it('go to guests and come back', async () => {
    const answers: Answers = {
      nodeDeviceDetachFlags: none,
      nodeDeviceReAttach: none,
      nodeDeviceReset: none,
      nodeDeviceCreate: none,
      nodeDeviceDestroy: none,
      nodeDeviceUndefine: none,
      nodeDeviceUpdate: none,
      nodeDeviceGetAutostart: { autostart: 1 },
      nodeDeviceSetAutostart: none,
      nodeDeviceIsPersistent: { persistent: 1 },
      nodeDeviceIsActive: { active: 0 },
      nodeDeviceListCaps: { names: ['pci'] },
    }
    const { calls, result: told } = await observed(answers, async (c) => {
      const device = new NodeDevice(c, dev)
      await device.detachFlags('vfio')
      await device.reAttach()
      await device.reset()
      await device.create()
      await device.destroy()
      await device.undefine()
      await device.update('<device/>', ['live'])
      await device.setAutostart(true)
      return [
        await device.getAutostart(),
        await device.isPersistent(),
        await device.isActive(),
        await device.listCaps(),
      ]
    })
    const { name } = dev
    expect(told).toEqual([true, true, false, ['pci']])
    expect(calls.slice(0, 8).map(([, one]) => one)).toEqual([
      { name, driverName: 'vfio', flags: 0 },
      { name },
      { name },
      { name, flags: 0 },
      { name },
      { name, flags: 0 },
      { name, xml_desc: '<device/>', flags: 1 },
      { name, autostart: 1 },
    ])
  })
})

describe('secrets', () => {
  it('are found, defined, set, read and forgotten', async () => {
    const answers: Answers = {
      connectListAllSecrets: { secrets: [secret], ret: 1 },
      secretLookupByUuid: { secret },
      secretLookupByUsage: { secret },
      secretDefineXml: { secret },
      secretGetXmlDesc: { xml: '<secret/>' },
      secretSetValue: none,
      secretGetValue: { value: Uint8Array.of(1, 2) },
      secretUndefine: none,
    }
    const { calls, result: told } = await observed(answers, async (c) => {
      const [listed] = await c.listAllSecrets(['private'])
      await c.secretLookupByUUID(uuid)
      await c.secretLookupByUsage('ceph', 'client.admin')
      const one = await c.secretDefineXML('<secret/>')
      await one.setValue(Uint8Array.of(1, 2))
      const got = [listed?.usageType, one.usageId, await one.getXMLDesc(), [...(await one.getValue())]]
      await one.undefine()
      return [...got, one instanceof Secret]
    })
    expect(told).toEqual(['ceph', 'client.admin', '<secret/>', [1, 2], true])
    expect(calls.map(([, one]) => one)).toEqual([
      { need_results: 1, flags: 4 },
      { uuid },
      { usageType: 2, usageID: 'client.admin' },
      { xml: '<secret/>', flags: 0 },
      { secret, value: Uint8Array.of(1, 2), flags: 0 },
      { secret, flags: 0 },
      { secret, flags: 0 },
      { secret },
    ])
  })
})
