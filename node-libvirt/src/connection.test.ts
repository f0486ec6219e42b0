import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { writeFleet } from '../testing/fleet-file.ts'
import { isAtLeast } from '../testing/libvirt-version.ts'
import { startDaemon, type RealDaemon } from '../testing/real-daemon.ts'
import type { Connection } from './connection.ts'
import { LibvirtError } from './errors.ts'
import { openConnection } from './open.ts'

// Daemons and guests share the machine with everything else that is tested at the same time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let daemon: RealDaemon
let connection: Connection
let uri: string

beforeAll(async () => {
  daemon = await startDaemon()
  uri = writeFleet(daemon, 'fleet.xml', [
    { name: 'web', state: 'running' },
    { name: 'db', state: 'paused' },
    { name: 'lab', state: 'shutoff' },
  ])
  connection = await openConnection(uri)
})

afterAll(async () => {
  await connection.close()
  await daemon.stop()
})

const newDomain = (name: string, uuid: string) =>
  `<domain type='test'><name>${name}</name><uuid>${uuid}</uuid><memory>1024</memory><os><type>hvm</type></os></domain>`

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof LibvirtError)) throw error
  return error.code
}

describe('a connection to the test driver', () => {
  it('tells about the daemon and the host', async () => {
    expect(await connection.getUri()).toBe(`test://${daemon.dataFolder}/fleet.xml`)
    expect(await connection.getType()).toBe('TEST')
    expect(await connection.getLibVersion()).toMatch(/^\d+\.\d+\.\d+$/)
    expect(await connection.getVersion()).toBe('0.0.2')
    expect(await connection.getHostname()).not.toBe('')
    expect(await connection.getCapabilities()).toContain('<capabilities>')
    expect(await connection.nodeGetInfo()).toMatchObject({ model: 'i686', cpus: 16, numaNodes: 2, threadsPerCore: 2 })
  })

  it('lists its domains, all or by flags, with their states', async () => {
    const domains = await connection.listAllDomains()
    expect(domains.map((domain) => domain.name).sort()).toEqual(['db', 'lab', 'web'])
    for (const domain of domains) expect(domain.uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    const states = await Promise.all(domains.map(async (domain) => [domain.name, (await domain.getState()).state]))
    expect(Object.fromEntries(states)).toEqual({ web: 'running', db: 'paused', lab: 'shutoff' })
    expect((await connection.listAllDomains(['inactive'])).map((domain) => domain.name)).toEqual(['lab'])
    expect(domains.find((domain) => domain.name === 'lab')?.id).toBeNull()
  })

  it('finds a domain by UUID and by name, and gives its description', async () => {
    const web = await connection.domainLookupByName('web')
    expect((await connection.domainLookupByUUID(web.uuid.toUpperCase())).name).toBe('web')
    expect(await web.getXMLDesc()).toContain(`<uuid>${web.uuid}</uuid>`)
    expect(await web.getInfo()).toMatchObject({ state: 'running', maxMemoryKiB: 65_536, vcpuCount: 2 })
  })

  it('calls any procedure of the protocol by its name', async () => {
    expect(await connection.call('connectNumOfDomains', {})).toEqual({ num: 2 })
    expect(await connection.call('connectGetMaxVcpus', { type: null })).toEqual({ max_vcpus: 32 })
  })

  it('gives the statistics of all domains, or of some, in one call', async () => {
    if (!(await isAtLeast(connection, '9.0'))) {
      expect(await codeOf(connection.getAllDomainStats(['state']))).toBe('no-support')
      return
    }
    const all = await connection.getAllDomainStats(['state'])
    expect(all.map(({ domain, stats }) => [domain.name, stats['state.state']]).sort()).toEqual([
      ['db', 3],
      ['lab', 5],
      ['web', 1],
    ])
    const web = await connection.domainLookupByName('web')
    const some = await connection.getAllDomainStats([], { domains: [web] })
    expect(some.map(({ domain }) => domain.uuid)).toEqual([web.uuid])
  })

  it.each([
    ['no-domain', () => connection.domainLookupByName('none')],
    ['no-network', () => connection.networkLookupByName('none')],
    ['no-storage-pool', () => connection.storagePoolLookupByName('none')],
    ['no-storage-vol', () => connection.storageVolLookupByPath('/none')],
    ['xml-detail', () => connection.domainDefineXML('<domain')],
    ['no-name', () => connection.domainDefineXML('<domain type="test"/>')],
    ['no-support', () => connection.call('connectDomainXmlToNative', { nativeFormat: 'x', domainXml: 'x', flags: 0 })],
    ['operation-invalid', async () => (await connection.domainLookupByName('lab')).destroy()],
  ])('rejects with the code %s', async (code, call) => {
    expect(await codeOf(call())).toBe(code)
  })

  it('keeps the daemon’s words, domain and procedure in an error', async () => {
    const error: unknown = await connection.domainLookupByName('none').catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      name: 'LibvirtError',
      codeNumber: 42,
      domain: 'test',
      domainNumber: 12,
      procedure: 'domainLookupByName',
    })
    expect((error as LibvirtError).detail).toMatchObject({ code: 42, level: 2 })
  })

  it('defines a domain, starts it, changes its state, and forgets it, with an event for each', async () => {
    const uuid = '11111111-2222-4333-8444-555555555555'
    const events = connection.domainEvents('lifecycle')
    await events.ready
    const domain = await connection.domainDefineXML(newDomain('fresh', uuid))
    expect(domain.id).toBeNull()
    expect(await domain.isPersistent()).toBe(true)
    const started = await domain.create()
    expect(started.id).toBeGreaterThan(0)
    expect(await domain.isActive()).toBe(true)
    await domain.suspend()
    await domain.resume()
    await domain.destroy()
    await domain.undefineFlags([])
    const seen: string[] = []
    for await (const { domain: about, event } of events) {
      expect(about.uuid).toBe(uuid)
      if (seen.push(event) === 6) break
    }
    expect(seen).toEqual(['defined', 'started', 'suspended', 'resumed', 'stopped', 'undefined'])
    expect(await codeOf(domain.getState())).toBe('no-domain')
  })

  it('sends the events of two listeners through one registration', async () => {
    const web = await connection.domainLookupByName('web')
    const all = connection.domainEvents('lifecycle')
    const ofWeb = connection.domainEvents('lifecycle', { domain: web })
    await Promise.all([all.ready, ofWeb.ready])
    const db = await connection.domainLookupByName('db')
    await db.resume()
    await web.suspend()
    expect((await all.next()).value).toMatchObject({ event: 'resumed' })
    expect((await ofWeb.next()).value).toMatchObject({ event: 'suspended', domain: { name: 'web' } })
    await Promise.all([all.return(), ofWeb.return()])
    const again = connection.domainEvents('lifecycle')
    await again.ready
    await Promise.all([db.suspend(), web.resume()])
    expect((await again.next()).done).toBe(false)
    await again.return()
  })

  it('follows networks with their events', async () => {
    const lan = await connection.networkLookupByName('lan')
    expect(await lan.isActive()).toBe(true)
    expect(await lan.getBridgeName()).toBe('virbr7')
    expect(await lan.getXMLDesc()).toContain('<name>lan</name>')
    const events = connection.networkEvents('lifecycle')
    await events.ready
    await lan.destroy()
    await lan.create()
    expect((await events.next()).value).toMatchObject({ event: 'stopped', network: { name: 'lan' } })
    expect((await events.next()).value).toMatchObject({ event: 'started' })
    await lan.setAutostart(true)
    expect(await lan.getAutostart()).toBe(true)
    expect((await connection.listAllNetworks(['active'])).map((network) => network.name)).toEqual(['lan'])
    expect((await connection.networkLookupByUUID(lan.uuid)).name).toBe('lan')
    const other = await connection.networkDefineXML(`<network><name>other</name><bridge name='virbr8'/></network>`)
    expect(await other.isPersistent()).toBe(true)
    await other.undefine()
    expect(await codeOf(other.isActive())).toBe('no-network')
    await events.return()
  })

  it('follows pools with their events, and volumes', async () => {
    const events = connection.storagePoolEvents('lifecycle')
    await events.ready
    const pool = await connection.storagePoolDefineXML(
      `<pool type='dir'><name>box</name><target><path>/box</path></target></pool>`,
    )
    await pool.create()
    expect((await events.next()).value).toMatchObject({ event: 'defined', pool: { name: 'box' } })
    expect((await events.next()).value).toMatchObject({ event: 'started' })
    expect(await pool.getInfo()).toMatchObject({ state: 'running' })
    const volume = await pool.storageVolCreateXML(
      `<volume><name>disk</name><capacity>4096</capacity><target><path>/box/disk</path></target></volume>`,
    )
    expect(await volume.getInfo()).toMatchObject({ type: 'file', capacityBytes: 4096 })
    expect((await connection.storageVolLookupByPath(await volume.getPath())).name).toBe('disk')
    expect((await connection.storageVolLookupByKey(volume.key)).pool).toBe('box')
    expect((await pool.listAllVolumes()).map(({ name }) => name)).toEqual(['disk'])
    await volume.delete()
    await pool.destroy()
    await pool.undefine()
    expect((await connection.listAllStoragePools()).map(({ name }) => name)).not.toContain('box')
    await events.return()
  })

  it('follows node devices', async () => {
    const devices = await connection.listAllNodeDevices()
    expect(devices.map(({ name }) => name)).toContain('computer')
    const computer = devices.find(({ name }) => name === 'computer')
    expect(await computer?.getXMLDesc()).toContain('<name>computer</name>')
    expect(await computer?.getParent()).toBeNull()
  })

  it('takes, lists and goes back to snapshots', async () => {
    const web = await connection.domainLookupByName('web')
    const first = await web.snapshotCreateXML('<domainsnapshot><name>first</name></domainsnapshot>')
    const second = await web.snapshotCreateXML('<domainsnapshot><name>second</name></domainsnapshot>')
    expect((await web.listAllSnapshots()).map(({ name }) => name).sort()).toEqual(['first', 'second'])
    expect(await web.snapshotNum()).toBe(2)
    expect((await second.getParent()).name).toBe('first')
    expect(await codeOf(first.getParent())).toBe('no-domain-snapshot')
    expect((await first.listAllChildren()).map(({ name }) => name)).toEqual(['second'])
    expect((await web.snapshotCurrent()).name).toBe('second')
    await web.revertToSnapshot(first)
    expect(await first.isCurrent()).toBe(true)
    expect((await web.snapshotLookupByName('second')).domain.uuid).toBe(web.uuid)
    expect(await second.getXMLDesc()).toContain('<name>second</name>')
    await first.delete(['children'])
    expect(await web.hasCurrentSnapshot()).toBe(false)
  })

  it('keeps metadata, autostart and name of a domain', async () => {
    const lab = await connection.domainLookupByName('lab')
    expect(await codeOf(lab.getMetadata('title'))).toBe('no-domain-metadata')
    await lab.setMetadata('title', 'Bench', ['config'])
    await lab.setMetadata({ uri: 'urn:x', key: 'x' }, '<note>hi</note>', ['config'])
    expect(await lab.getMetadata('title')).toBe('Bench')
    expect(await lab.getMetadata({ uri: 'urn:x' })).toContain('hi')
    await lab.setMetadata('title', null, ['config'])
    expect(await codeOf(lab.getMetadata('title'))).toBe('no-domain-metadata')
    await lab.setAutostart(true)
    expect(await lab.getAutostart()).toBe(true)
    expect(await lab.isUpdated()).toBe(false)
    const renamed = await lab.rename('bench')
    expect((await connection.domainLookupByUUID(lab.uuid)).name).toBe('bench')
    await renamed.rename('lab')
  })

  it('saves a domain’s state and goes on from it', async () => {
    const web = await connection.domainLookupByName('web')
    await web.managedSave()
    expect(await web.hasManagedSaveImage()).toBe(true)
    expect((await web.getState()).state).toBe('shutoff')
    await web.managedSaveRemove()
    expect(await web.hasManagedSaveImage()).toBe(false)
    await web.create()
  })

  it('serves a thousand calls at once, and several connections', async () => {
    const web = await connection.domainLookupByName('web')
    const states = await Promise.all(Array.from({ length: 1_000 }, () => web.getState()))
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['running']))
    const others = await Promise.all(Array.from({ length: 5 }, () => openConnection(uri)))
    for (const other of others) expect(await other.getUri()).toContain('fleet.xml')
    await Promise.all(others.map((other) => other.close()))
  })
})

describe('opening', () => {
  it('gives a connection that only looks when it is read-only', async () => {
    await using looking = await openConnection(uri, { readOnly: true })
    expect((await looking.listAllDomains()).length).toBeGreaterThan(0)
    const web = await looking.domainLookupByName('web')
    expect(await codeOf(web.destroy())).toBe('operation-denied')
  })

  it('tells a driver that the daemon lacks from a file that is not there', async () => {
    // Old ones look for another daemon that might have it, and tell that its socket is not there.
    const lacking = (await isAtLeast(connection, '9.0')) ? 'no-connect' : 'system-error'
    expect(await codeOf(openConnection(daemon.uri('vbox:///session')))).toBe(lacking)
    const absent = (await isAtLeast(connection, '10.0')) ? 'system-error' : 'xml-error'
    expect(await codeOf(openConnection(daemon.uri('test:///no/such/file.xml')))).toBe(absent)
  })

  it('says that no daemon is behind a socket', async () => {
    const missing = openConnection('qemu+unix:///session?socket=/nowhere/sock')
    await expect(missing).rejects.toMatchObject({ name: 'ConnectionError', reason: 'not-found' })
  })

  it('keeps a connection alive by pings both ways', async () => {
    const pinged = await openConnection(uri, { keepAlive: { intervalMs: 20, count: 3 } })
    const silent = new Promise((resolve) => setTimeout(resolve, 200, 'still there'))
    expect(await Promise.race([pinged.closed, silent])).toBe('still there')
    await pinged.close()
  })

  it('says at once that the daemon was killed, and opens again when it is back', async () => {
    const doomed = await openConnection(uri)
    const events = doomed.domainEvents('lifecycle')
    await events.ready
    const calls = Promise.allSettled(Array.from({ length: 200 }, () => doomed.getCapabilities()))
    await daemon.kill()
    for (const call of await calls) {
      if (call.status === 'rejected') expect(call.reason).toMatchObject({ name: 'ConnectionError', reason: 'closed' })
    }
    await expect(events.next()).rejects.toMatchObject({ reason: 'closed' })
    expect(await doomed.closed).toMatchObject({ reason: 'closed' })
    expect(await connection.closed).toMatchObject({ reason: 'closed' })
    await expect(openConnection(uri)).rejects.toMatchObject({ name: 'ConnectionError', reason: 'refused' })
    await daemon.start()
    connection = await openConnection(uri)
    expect((await connection.listAllDomains()).length).toBe(3)
  })
})
