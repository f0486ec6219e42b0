import { execFile } from 'node:child_process'
import { readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { NewMachine } from '@strata/contract/create.ts'
import type { Job } from '@strata/contract/jobs.ts'
import { StoragePoolXml } from 'node-libvirt/xml'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { readPlaced } from '../storage/placed-files.ts'
import { isoBytes } from '../testing/iso-bytes.ts'
import { proposedMachine } from '../testing/proposed-machine.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'

const run = promisify(execFile)
const mib = 1024 ** 2

vi.setConfig({ testTimeout: 60_000 }) // real guests, on machines that may be busy

describe('making a machine', () => {
  let test: TestEngine
  let isoPath: string
  let form: NewMachine
  let poolUuid: string

  beforeAll(async () => {
    test = await startTestEngine()
    isoPath = join(await test.folder('isos'), 'Tiny system.iso')
    // 3 MiB, so that an upload takes several packets and does not fit into the small pool below.
    const bytes = Buffer.alloc(3 * mib, 7)
    bytes.set(isoBytes({ label: 'TINY_SYSTEM', catalogue: {} }))
    await writeFile(isoPath, bytes)
    form = {
      ...proposedMachine(hostId, iso('in-place'), await proposals()),
      name: 'tiny',
      vcpuCount: 1,
      memoryKiB: 64 * 1024,
      diskBytes: 100 * mib,
      network: { kind: 'user' },
      firmware: 'bios',
      accelerator: 'emulation',
    }
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const iso = (use: 'in-place' | 'upload', path = isoPath) => ({
    kind: 'iso' as const,
    media: { kind: 'file' as const, path, use },
    installs: 'by-hand' as const,
  })
  const proposals = () => test.client.create.defaults({ hostId, source: iso('in-place'), osId: null, profile: null })

  /** Everything that a run could leave behind. */
  const everything = async () => {
    const pools = await test.libvirt.listAllStoragePools(['active'])
    const lists = await Promise.all(
      pools.map(async (pool) => {
        await pool.refresh()
        return (await pool.listAllVolumes()).map(({ key }) => key)
      }),
    )
    return {
      machines: (await test.libvirt.listAllDomains()).map(({ name }) => name).sort(),
      volumes: lists.flat().sort(),
      journals: await readdir(join(test.folders.dataDir, 'journal')).catch(() => []),
    }
  }

  it('proposes values that stand their own check, and makes nothing', async () => {
    const defaults = await proposals()
    expect(defaults.poolUuid.value).toBeNull()
    expect(await test.libvirt.listAllStoragePools()).toEqual([])
    const findings = await test.client.create.check(proposedMachine(hostId, iso('in-place'), defaults))
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('finds the ISO by its content', async () => {
    expect(await test.client.create.inspectMedia({ hostId, media: iso('in-place').media })).toMatchObject({
      fileName: 'Tiny system.iso',
      volumeLabel: 'TINY_SYSTEM',
      bootable: true,
      sizeBytes: 3 * mib,
    })
  })

  it('runs at the end, with its disk thin in a pool that is made for it, and the ISO where it lies', async () => {
    const job = await test.ended(test.client.create.start(form))
    expect(job).toMatchObject({ state: 'done', problem: null })
    expect(job.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'check done',
      'pool done',
      'disk done',
      'define done',
      'start done',
    ])
    const [pool] = await test.libvirt.listAllStoragePools()
    expect([pool?.name, await pool?.getAutostart()]).toEqual(['default', true])
    poolUuid = pool?.uuid ?? ''
    form = { ...form, poolUuid }
    const domain = await test.libvirt.domainLookupByName('tiny')
    expect(job.result?.machine).toEqual({ hostId, uuid: domain.uuid })
    expect((await domain.getState()).state).toBe('running')
    const xml = await domain.getXMLDesc()
    expect(xml).toContain(isoPath)
    const disk = (await everything()).volumes.find((path) => path.endsWith('/tiny.qcow2'))
    expect(disk).toBeDefined()
    const { allocationBytes, capacityBytes } = await (await test.libvirt.storageVolLookupByPath(disk ?? '')).getInfo()
    expect(capacityBytes).toBe(100 * mib)
    expect(allocationBytes).toBeLessThan(mib)
    // What ends with the installation is known without asking the definition.
    const machine = { hostId, uuid: domain.uuid }
    expect(await readPlaced(test.folders.dataDir, machine)).toEqual({
      files: [],
      installation: { runs: 'by-hand', drives: ['sda'], files: [] },
    })
  })

  describe('beside that one', () => {
    let before: Awaited<ReturnType<typeof everything>>
    beforeEach(async () => void (before = await everything()))

    it('copies the ISO into the pool when asked to, and counts its bytes', async () => {
      const job = await test.ended(test.client.create.start({ ...form, name: 'copy', source: iso('upload') }))
      expect(job).toMatchObject({ state: 'done', problem: null })
      expect(job.steps.map(({ id }) => id)).toEqual(['check', 'upload', 'disk', 'define', 'start'])
      const copied = (await everything()).volumes.find((path) => path.endsWith('/Tiny system.iso'))
      expect((await readFile(copied ?? '')).equals(await readFile(isoPath))).toBe(true)
      expect(await (await test.libvirt.domainLookupByName('copy')).getXMLDesc()).toContain(copied)
    })

    it('uses another name for the disk where an image has that name, and leaves that image alone', async () => {
      const pool = await test.libvirt.storagePoolLookupByUUID(poolUuid)
      const path = StoragePoolXml.parse(await pool.getXMLDesc()).target.path ?? ''
      await writeFile(join(path, 'precious.qcow2'), 'not to be touched') // behind the daemon's back, so the pool has not seen it
      const job = await test.ended(test.client.create.start({ ...form, name: 'precious' }))
      expect(job).toMatchObject({ state: 'done', problem: null })
      expect(await readFile(join(path, 'precious.qcow2'), 'utf8')).toBe('not to be touched')
      expect((await everything()).volumes).toContain(join(path, 'precious-2.qcow2'))
    })

    it('refuses a name that is taken, naming the field', async () => {
      await expect(test.client.create.start(form)).rejects.toMatchObject({
        code: 'already-exists',
        data: { field: 'name' },
      })
      expect(await everything()).toEqual(before)
    })

    it.each([
      ['a file that is not there', '/no/such.iso', 'not-found', 'There is no file'],
      ['a folder', '/tmp', 'invalid-input', 'not a file'],
      ['a program', process.execPath, 'invalid-input', 'it is a program'],
    ])('refuses %s as ISO, and says what it found', async (_what, path, code, words) => {
      const refused = test.client.create.start({ ...form, name: 'other', source: iso('in-place', path) })
      await expect(refused).rejects.toMatchObject({ code, data: { field: 'source' } })
      await expect(refused).rejects.toThrow(words)
      expect(await everything()).toEqual(before)
    })

    it('leaves nothing when the machine cannot start', async () => {
      // An image that wants something of QEMU that no QEMU can: listed and defined without complaint, refused at the start.
      const [pool] = await test.libvirt.listAllStoragePools(['active'])
      const path = join(StoragePoolXml.parse(await pool!.getXMLDesc()).target.path ?? '', 'strange.qcow2')
      await writeFile(path, strangeQcow2())
      const withImage = await everything()
      const existing = { kind: 'existing', poolUuid, volumeName: 'strange.qcow2' } as const
      const moreDisks = [{ ...existing, bus: 'virtio', cache: 'default' } as const]
      const job = await test.ended(test.client.create.start({ ...form, name: 'strange', moreDisks }))
      expect(job.state).toBe('failed')
      expect(job.steps.find(({ state }) => state === 'failed')?.id).toBe('start')
      expect(await everything()).toEqual(withImage)
      await rm(path)
    })

    it('leaves nothing when it cannot be defined', async () => {
      // Somebody takes the name between the check and the definition.
      const started = await test.client.create.start({ ...form, name: 'race' })
      const xml = "<domain type='qemu'><name>race</name><memory>1024</memory><os><type>hvm</type></os></domain>"
      const theirs = await test.libvirt.domainDefineXML(xml)
      expect(await test.ended(started)).toMatchObject({ problem: expect.anything() as unknown })
      expect((await test.libvirt.domainLookupByName('race')).uuid).toBe(theirs.uuid)
      await theirs.undefineFlags([])
      expect(await everything()).toEqual(before)
    })

    it('leaves nothing when it is cancelled during the copy', async () => {
      const started = await test.client.create.start({
        ...form,
        name: 'cancelled',
        source: iso('upload'),
      })
      await test.client.jobs.cancel(started)
      expect((await test.ended(started)).state).toBe('cancelled')
      expect(await everything()).toEqual(before)
    })
  })

  // Only root may mount a small file system; elsewhere there is nothing that is surely full.
  describe.runIf(process.getuid?.() === 0)('in a small pool', () => {
    let mounted: string
    let small: NewMachine & { readonly poolUuid: string }

    beforeAll(async () => {
      mounted = await test.folder('small')
      await run('mount', ['-t', 'tmpfs', '-o', `size=${18 * mib},mode=0777`, 'none', mounted])
      const pool = await test.libvirt.storagePoolDefineXML(
        StoragePoolXml.create({ type: 'dir', name: 'small', target: { path: mounted } }).toString(),
      )
      await pool.create()
      small = { ...form, name: 'small', poolUuid: pool.uuid }
      await test.until(({ pools }) => pools.get(pool.uuid)?.state === 'running')
    })
    afterAll(async () => {
      await (await test.libvirt.storagePoolLookupByUUID(small.poolUuid)).destroy()
      await run('umount', [mounted])
    })

    /** Behind the daemon's back: so much is free that the check passes, and then it is not. */
    const fill = async (leftBytes: number) => {
      await rm(join(mounted, 'filler'), { force: true })
      const { bavail, bsize } = await statfs(mounted)
      await writeFile(join(mounted, 'filler'), Buffer.alloc(bavail * bsize - leftBytes))
    }

    afterEach(() => rm(join(mounted, 'filler'), { force: true }))
    const failedStep = (job: Job) => job.steps.find(({ state }) => state === 'failed')?.id

    it('says that the disk cannot grow to its size', async () => {
      expect(await test.client.create.check(small)).toMatchObject([{ field: 'diskBytes', severity: 'warning' }])
    })

    it('leaves nothing when the room ends during the copy, and says why it failed', async () => {
      const before = await everything()
      await fill(2 * mib)
      const job = await test.ended(test.client.create.start({ ...small, source: iso('upload') }))
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'out-of-space' } })
      expect(failedStep(job), job.problem?.detail ?? job.problem?.said.english).toBe('upload')
      await rm(join(mounted, 'filler'))
      expect(await everything()).toEqual(before)
    })

    it('leaves nothing when there is no room for the disk, and says so', async () => {
      const before = await everything()
      await test.client.repairs.run({ kind: 'start-pool', hostId, poolUuid: small.poolUuid }) // has the free room read again
      await fill(0)
      const job = await test.ended(test.client.create.start(small))
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'out-of-space' } })
      expect(failedStep(job), job.problem?.detail ?? job.problem?.said.english).toBe('disk')
      await rm(join(mounted, 'filler'))
      expect(await everything()).toEqual(before)
    })

    it('says that it is full before anything is made', async () => {
      await fill(0)
      await (await test.libvirt.storagePoolLookupByUUID(small.poolUuid)).refresh()
      await test.client.repairs.run({ kind: 'start-pool', hostId, poolUuid: small.poolUuid })
      await expect(test.client.create.start(small)).rejects.toMatchObject({
        code: 'out-of-space',
        data: { field: 'poolUuid' },
      })
    })
  })
})

/** The header of a qcow2 image of 1 MiB with an incompatible feature that nobody has defined (QEMU's docs/interop/qcow2.txt). */
function strangeQcow2(): Buffer {
  const header = Buffer.alloc(512)
  header.write('QFI\xfb', 0, 'latin1')
  header.writeUInt32BE(3, 4)
  header.writeUInt32BE(16, 20)
  header.writeBigUInt64BE(BigInt(mib), 24)
  header.writeBigUInt64BE(1n << 63n, 72)
  header.writeUInt32BE(4, 96)
  header.writeUInt32BE(104, 100)
  return header
}
