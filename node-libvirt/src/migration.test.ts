import { randomUUID } from 'node:crypto'
import { mkdtempSync, chmodSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startDaemon, type RealDaemon } from '../testing/real-daemon.ts'
import { giveToTestUser, testUser } from '../testing/test-user.ts'
import type { Connection } from './connection.ts'
import type { Domain } from './domain.ts'
import { openConnection } from './open.ts'

// Two daemons that take themselves for two hosts, a folder that both see, and a guest that goes from one to the other.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

interface Host {
  readonly daemon: RealDaemon
  readonly connection: Connection
}

let shared: string
let here: Host
let there: Host

async function startHost(): Promise<Host> {
  const daemon = await startDaemon({
    prepare: (baseFolder) => {
      const config = join(baseFolder, 'libvirtd.conf')
      // libvirt does not let a guest migrate to the host that it is on, and knows hosts by this.
      writeFileSync(config, `host_uuid = "${randomUUID()}"\n`)
      return { args: ['--config', config], env: {} }
    },
  })
  return { daemon, connection: await openConnection(daemon.uri('qemu:///session')) }
}

async function startGuest(name: string): Promise<Domain> {
  const disk = join(shared, `${name}.raw`)
  writeFileSync(disk, Buffer.alloc(1_048_576))
  giveToTestUser(testUser(), disk)
  const domain = await here.connection.domainDefineXML(`<domain type='qemu'>
    <name>${name}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type></os><cpu mode='custom'><model>qemu64</model></cpu>
    <devices>
      <disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>
      <controller type='usb' model='none'/><memballoon model='none'/>
    </devices>
  </domain>`)
  return domain.create()
}

const names = async (connection: Connection) =>
  (await connection.listAllDomains(['active'])).map((domain) => domain.name)

const loopback = { migrate_uri: 'tcp://127.0.0.1', listen_address: '127.0.0.1' }

beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), 'nl-shared-'))
  chmodSync(shared, 0o755)
  giveToTestUser(testUser(), shared)
  here = await startHost()
  there = await startHost()
})

afterEach(async () => {
  for (const { connection } of [here, there])
    for (const domain of await connection.listAllDomains()) {
      const stays = await domain.isPersistent()
      if (await domain.isActive()) await domain.destroy()
      if (stays) await domain.undefineFlags([])
    }
})

afterAll(async () => {
  for (const { daemon, connection } of [here, there]) {
    await connection.close()
    await daemon.stop()
  }
  rmSync(shared, { recursive: true })
})

describe('a guest that moves', () => {
  it('is led from one daemon to the other by this client', async () => {
    const domain = await startGuest('led')
    const moved = await domain.migrate3(there.connection, loopback, [
      ...(['live', 'persist-dest', 'undefine-source', 'unsafe'] as const),
    ])
    expect(moved.connection).toBe(there.connection)
    expect([moved.name, moved.uuid]).toEqual(['led', domain.uuid])
    expect((await moved.getState()).state).toBe('running')
    expect(await moved.isPersistent()).toBe(true)
    await expect(domain.getState()).rejects.toMatchObject({ code: 'no-domain' })
  })

  it('takes another name with it, and stands still when asked', async () => {
    const domain = await startGuest('old-name')
    const moved = await domain.migrate3(there.connection, { ...loopback, destination_name: 'new-name' }, [
      ...(['paused', 'unsafe'] as const),
    ])
    expect(moved.name).toBe('new-name')
    expect((await moved.getState()).state).toBe('paused')
    expect((await domain.getState()).state).toBe('shutoff')
  })

  it('goes by itself where the daemons reach each other', async () => {
    const domain = await startGuest('peer')
    await domain.migrateToURI3(there.daemon.uri('qemu:///session'), loopback, ['live', 'unsafe'])
    expect(await names(there.connection)).toEqual(['peer'])
    expect(await names(here.connection)).toEqual([])
  })

  it('goes in the older form, too', async () => {
    const domain = await startGuest('elder')
    const way = { migrateUri: loopback.migrate_uri, destinationName: 'younger' }
    await domain.migrateToURI2(there.daemon.uri('qemu:///session'), way, ['live', 'unsafe'])
    expect(await names(there.connection)).toEqual(['younger'])
    expect(await names(here.connection)).toEqual([])
  })
})

describe('a guest that cannot move', () => {
  const goesOnHere = async (domain: Domain) => {
    expect((await domain.getState()).state).toBe('running')
    expect(await names(there.connection)).toEqual([])
    expect((await domain.getJobStats()).type).toBe('none')
  }

  it('goes on where it is when the destination does not want it', async () => {
    const domain = await startGuest('unwanted')
    const hostile = { ...loopback, migrate_uri: 'gopher://127.0.0.1' }
    await expect(domain.migrate3(there.connection, hostile, ['live', 'unsafe'])).rejects.toMatchObject({
      name: 'LibvirtError',
      procedure: 'domainMigratePrepare3Params',
    })
    await goesOnHere(domain)
  })

  it('goes on where it is when the way between is closed', async () => {
    const domain = await startGuest('cut-off')
    // A name that only the source takes for an address of its own, where nobody listens.
    const astray = { migrate_uri: 'tcp://127.0.0.2', listen_address: '127.0.0.1' }
    await expect(domain.migrate3(there.connection, astray, ['live', 'unsafe'])).rejects.toMatchObject({
      name: 'LibvirtError',
      procedure: 'domainMigratePerform3Params',
    })
    await goesOnHere(domain)
  })

  it('goes on where it is when the caller gives up meanwhile', async () => {
    const domain = await startGuest('called-off')
    await domain.migrateSetMaxSpeed(1) // MiB/s: it has no chance to be there before
    const enough = new AbortController()
    const events = there.connection.domainEvents('lifecycle')
    await events.ready
    const moving = domain.migrate3(there.connection, loopback, ['live', 'unsafe'], { signal: enough.signal })
    const refused = expect(moving).rejects.toBe('enough')
    // The destination has started to receive it.
    expect((await events.next()).value).toMatchObject({ event: 'started' })
    enough.abort('enough')
    await refused
    await events.return()
    await goesOnHere(domain)
  })

  it('is not touched when the caller had given up before', async () => {
    const domain = await startGuest('never')
    await expect(domain.migrate3(there.connection, loopback, [], { signal: AbortSignal.abort('no') })).rejects.toBe(
      'no',
    )
    await goesOnHere(domain)
  })
})
