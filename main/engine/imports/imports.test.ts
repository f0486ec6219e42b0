import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, statfs, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

import type { Job } from '@strata/contract/jobs.ts'
import { StoragePoolXml } from 'node-libvirt/xml'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { undoHandlers } from '../create/undo-handlers.ts'
import { HostRegistry } from '../hosts/host-registry.ts'
import { Host } from '../hosts/host.ts'
import { KvmTrial } from '../hosts/kvm-trial.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { JobRunner } from '../jobs/job-runner.ts'
import { ovaBytes, tarBytes, vmwareOvf } from '../testing/ova-bytes.ts'
import { patternedDisk, qemuImg, writeImage } from '../testing/patterned-disk.ts'
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'
import { importAppliance } from './appliance/import-appliance.ts'
import { shareIn } from './disk-image/convert-image.ts'
import { importDisk, type WantedDisk } from './disk-image/import-disk.ts'
import { inspectDiskImage } from './disk-image/inspect-disk-image.ts'

const run = promisify(execFile)
const mib = 1024 ** 2

vi.setConfig({ testTimeout: 120_000 }) // real copies, on machines that may be busy

describe('importing', () => {
  let test: TestEngine
  let host: Host
  /** The same daemon, as a host whose files are elsewhere. */
  let far: Host
  let jobs: JobRunner
  let poolUuid: string
  let poolPath: string
  let folder: string
  let cacheDir: string
  let guest: TestGuest
  const content = patternedDisk()
  const at = (name: string) => join(folder, name)

  beforeAll(async () => {
    test = await startTestEngine()
    const uri = test.daemon.uri('qemu:///session')
    const log = pino({ level: 'silent' })
    const options = { log, kvmTrial: new KvmTrial(join(test.daemon.dataFolder, 'trials')) }
    host = new Host({ id: 'local-session', label: 'here', uri, kind: 'session', autospawn: false }, options)
    far = new Host({ id: 'far', label: 'there', uri, kind: 'remote', autospawn: false }, options)
    const hosts = new HostRegistry([host, far])
    for (const each of hosts.all()) each.start()
    jobs = new JobRunner({
      journalDir: at_('journal'),
      undoHandlers: undoHandlers(hosts),
      whenHostReady: (hostId, signal) => hosts.get(hostId).whenConnected(signal),
      log,
    })
    folder = await test.folder('from')
    cacheDir = at_('cache')
    poolPath = await test.folder('pool')
    const pool = await test.libvirt.storagePoolDefineXML(
      StoragePoolXml.create({ type: 'dir', name: 'pool', target: { path: poolPath } }).toString(),
    )
    await pool.create()
    poolUuid = pool.uuid
    guest = await makeGuest(test, 'resident')
    await Promise.all([host, far].map((each) => each.whenConnected()))
    await vi.waitFor(() =>
      expect([host, far].map((each) => each.inventory.pool(poolUuid)?.state)).toEqual(['running', 'running']),
    )
    await vi.waitFor(() => expect(host.inventory.machine(guest.uuid)).not.toBeNull())
  }, 60_000)
  afterAll(async () => {
    await jobs.close()
    await Promise.all([host.close(), far.close()])
    await test.stop()
  }, 60_000)

  const at_ = (name: string) => join(test.daemon.dataFolder, name)

  async function ended(
    work: (job: JobControl) => Promise<unknown>,
  ): Promise<{ job: Job; progress: number[]; value: unknown }> {
    const progress: number[] = []
    let value: unknown
    const { jobId } = jobs.start(
      { kind: 'import', title: 'Import', steps: [{ id: 'disk', label: 'Disk' }] },
      async (job) => {
        job.step('disk')
        value = await work({ ...job, progress: (done, total) => (progress.push(done), job.progress(done, total)) })
      },
    )
    return { job: await whenEnded(jobId), progress, value }
  }
  const whenEnded = (jobId: string) =>
    vi.waitUntil(() => jobs.list().find((each) => each.jobId === jobId && each.endedAtMs !== null), {
      timeout: 100_000,
      interval: 20,
    })

  const parts = () => ({ folders: { configDir: '', dataDir: '', cacheDir, homeDir: folder } })
  const wanted = (path: string, more: Partial<WantedDisk> = {}): WantedDisk => ({
    media: { kind: 'file', path, use: 'upload' },
    disk: 'copy',
    poolUuid,
    name: 'copy.qcow2',
    capacityBytes: null,
    ...more,
  })
  /** Everything that a run could leave behind. */
  const left = async () => ({
    pool: (await readdir(poolPath)).sort(),
    cache: await readdir(join(cacheDir, 'imports')).catch(() => []),
    journals: await readdir(at_('journal')).catch(() => []),
  })
  const nothing = { pool: [], cache: [], journals: [] }

  /** The guest's view of both, byte by byte. */
  const expectSame = async (path: string, expected = content) => {
    await writeFile(at('expected.raw'), expected)
    await qemuImg('compare', '-f', 'raw', '-F', 'qcow2', at('expected.raw'), path)
  }
  const emptyPool = async () => {
    const pool = await test.libvirt.storagePoolLookupByUUID(poolUuid)
    await pool.refresh()
    for (const volume of await pool.listAllVolumes()) await volume.delete()
  }
  beforeEach(emptyPool)

  describe('a disk image', () => {
    it.each([
      ['qcow2', []],
      ['raw', []],
      ['vdi', []],
      ['vhdx', []],
      ['vpc', ['force_size=on']],
      ['vpc', ['subformat=fixed', 'force_size=on']],
      ['vmdk', ['subformat=streamOptimized']],
      ['vmdk', ['subformat=twoGbMaxExtentSparse']],
    ])('of format %s %j becomes a qcow2 volume with the same content', async (format, options) => {
      await writeImage(at('source'), format, content, options)
      const { job, progress, value } = await ended((control) =>
        importDisk(parts(), host, wanted(at('source')), control),
      )
      expect(job).toMatchObject({ state: 'done', problem: null })
      const diskPath = join(poolPath, 'copy.qcow2')
      expect(value).toEqual({ diskPath, format: 'qcow2', capacityBytes: 16 * mib, notes: [] })
      await expectSame(diskPath)
      expect(progress.at(-1)).toBeGreaterThan(3 * mib)
      expect(progress).toEqual(progress.toSorted((one, other) => one - other))
      // Empty stays empty: the file is not as large as the disk.
      const volume = await (await test.libvirt.storagePoolLookupByUUID(poolUuid)).storageVolLookupByName('copy.qcow2')
      expect((await volume.getInfo()).allocationBytes).toBeLessThan(5 * mib)
      expect(await left()).toEqual({ ...nothing, pool: ['copy.qcow2'] })
    })

    it('grows to the size that is wanted', async () => {
      await writeImage(at('source'), 'vmdk', content)
      const { value } = await ended((job) =>
        importDisk(parts(), host, wanted(at('source'), { capacityBytes: 40 * mib }), job),
      )
      expect(value).toMatchObject({ capacityBytes: 40 * mib })
      expect(JSON.parse(await qemuImg('info', '--output=json', join(poolPath, 'copy.qcow2')))).toMatchObject({
        'virtual-size': 40 * mib,
      })
    })

    it('goes to a host that this computer’s files are not on, by way of the cache', async () => {
      await writeImage(at('source'), 'vdi', content)
      const { job, progress, value } = await ended((control) =>
        importDisk(parts(), far, wanted(at('source'), { capacityBytes: 32 * mib }), control),
      )
      expect(job).toMatchObject({ state: 'done', problem: null })
      expect(value).toMatchObject({ diskPath: join(poolPath, 'copy.qcow2') })
      expect(progress).toEqual(progress.toSorted((one, other) => one - other))
      await expectSame(join(poolPath, 'copy.qcow2'), Buffer.concat([content, Buffer.alloc(16 * mib)]))
      expect(await left()).toEqual({ ...nothing, pool: ['copy.qcow2'] })
    })

    it('that lies in a pool of such a host is copied by its daemon', async () => {
      await writeImage(join(poolPath, 'base.vmdk'), 'vmdk', content)
      await rm(join(poolPath, 'base.vmdk.raw-content'))
      await chmod(join(poolPath, 'base.vmdk'), 0o644)
      await (await test.libvirt.storagePoolLookupByUUID(poolUuid)).refresh()
      const media = { kind: 'volume' as const, poolUuid, name: 'base.vmdk' }
      expect(await inspectDiskImage(far, media)).toMatchObject({
        format: 'vmdk',
        capacityBytes: 16 * mib,
        bootable: null,
      })
      expect(await inspectDiskImage(host, media)).toMatchObject({ format: 'vmdk', bootable: true, firmware: 'bios' })
      const { job } = await ended((control) => importDisk(parts(), far, wanted('', { media }), control))
      expect(job).toMatchObject({ state: 'done', problem: null })
      await expectSame(join(poolPath, 'copy.qcow2'))
    })

    it('that is damaged is refused, and nothing is left', async () => {
      await writeImage(at('source'), 'qcow2', content)
      await truncate(at('source'), 2 * mib)
      const cut = await ended((job) => importDisk(parts(), host, wanted(at('source')), job))
      expect(cut.job).toMatchObject({ state: 'failed', problem: { code: 'invalid-input', field: 'source' } })
      await writeImage(at('source'), 'vmdk', content, ['subformat=streamOptimized'])
      const bytes = await readFile(at('source'))
      bytes.fill(0xff, bytes.length / 3, bytes.length / 2) // inside what is compressed
      await writeFile(at('source'), bytes)
      const spoilt = await ended((job) => importDisk(parts(), host, wanted(at('source')), job))
      expect(spoilt.job).toMatchObject({ state: 'failed', problem: { code: 'invalid-input', field: 'source' } })
      expect(await left()).toEqual(nothing)
    })

    it('never replaces an image that has its name', async () => {
      await writeImage(at('source'), 'raw', content)
      await writeFile(join(poolPath, 'copy.qcow2'), 'not to be touched')
      const { job } = await ended((control) => importDisk(parts(), host, wanted(at('source')), control))
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'already-exists' } })
      expect(await readFile(join(poolPath, 'copy.qcow2'), 'utf8')).toBe('not to be touched')
    })

    it.each(['here', 'far'])('leaves nothing when it is cancelled in the middle (%s)', async (which) => {
      await writeImage(at('source'), 'raw', content)
      // Large enough to be in the middle of: content that does not compress into nothing.
      const large = Buffer.alloc(256 * mib)
      for (let offset = 0; offset < large.length; offset += 16 * mib) content.copy(large, offset, 0, 16 * mib)
      for (let offset = 0; offset < large.length; offset += 4096)
        large.writeUInt32LE(offset + 1, offset === 0 ? 4 : offset)
      await writeFile(at('source'), large)
      const abort = { jobId: '' }
      const started = jobs.start({ kind: 'import', title: 'Import', steps: [] }, async (job) => {
        const watched: JobControl = {
          ...job,
          progress: (done, total) => {
            job.progress(done, total)
            if (done > 0) jobs.cancel(abort.jobId)
          },
        }
        await importDisk(parts(), which === 'far' ? far : host, wanted(at('source')), watched)
      })
      abort.jobId = started.jobId
      expect((await whenEnded(started.jobId)).state).toBe('cancelled')
      expect(await left()).toEqual(nothing)
    })
  })

  describe('a disk image in place', () => {
    const inPlace = (path: string) => ended((job) => importDisk(parts(), host, wanted(path, { disk: 'in-place' }), job))

    it('is used as it is, and says that it will change', async () => {
      await writeImage(at('mine.qcow2'), 'qcow2', content)
      const { value } = await inPlace(at('mine.qcow2'))
      expect(value).toEqual({
        diskPath: at('mine.qcow2'),
        format: 'qcow2',
        capacityBytes: 16 * mib,
        notes: [expect.stringContaining('changes this file')],
      })
      expect(await left()).toEqual(nothing)
    })

    it.each<[string, () => Promise<string>, string, string]>([
      ['that another machine has', () => Promise.resolve(guest.diskPath), 'busy', '“resident”'],
      ['that other images build on', () => withOverlay(), 'busy', 'differs from it'],
      [
        'that cannot be written to by its kind',
        () => image('stream.vmdk', 'vmdk', ['subformat=streamOptimized']),
        'unsupported',
        'its kind',
      ],
      ['that libvirt has no word for', () => image('new.vhdx', 'vhdx'), 'unsupported', 'its kind'],
    ])('is refused of one %s', async (_what, make, code, words) => {
      const { job } = await inPlace(await make())
      expect(job).toMatchObject({ state: 'failed', problem: { code, field: 'source' } })
      expect(job.problem?.message).toContain(words)
      expect(job.problem?.message).toContain('copied into the pool')
    })

    async function image(name: string, format: string, options: readonly string[] = []): Promise<string> {
      await writeImage(at(name), format, guestDisk(), options)
      return at(name)
    }
    const guestDisk = () => content

    async function withOverlay(): Promise<string> {
      const base = await image('base.raw', 'raw')
      const overlay = join(poolPath, 'overlay.qcow2')
      await qemuImg('create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', overlay)
      await Promise.all([chmod(base, 0o644), chmod(overlay, 0o644)])
      await (await test.libvirt.storagePoolLookupByUUID(poolUuid)).refresh()
      return base
    }
  })

  describe('an appliance', () => {
    const second = patternedDisk({ type: 0x07 })
    const importFrom = (path: string, to = host) =>
      ended((job) => importAppliance(parts(), to, { path, poolUuid, name: 'web' }, job))
    const streamed = async (disk: Buffer) => {
      await writeImage(at('streamed.vmdk'), 'vmdk', disk, ['subformat=streamOptimized'])
      return { content: await readFile(at('streamed.vmdk')), capacityBytes: 16 * mib }
    }
    const ova = async (options: { spoilt?: string } = {}) => {
      const disks = [
        { name: 'web-disk1.vmdk', ...(await streamed(content)) },
        { name: 'web-disk2.vmdk', ...(await streamed(second)) },
      ]
      await writeFile(at('web.ova'), ovaBytes('web', disks, options))
      return at('web.ova')
    }

    it('brings all its disks, read where they lie in the archive', async () => {
      const { job, value, progress } = await importFrom(await ova())
      expect(job).toMatchObject({ state: 'done', problem: null })
      expect(value).toMatchObject({
        disks: [
          { path: join(poolPath, 'web.qcow2'), bus: 'sata', capacityBytes: 16 * mib },
          { path: join(poolPath, 'web-2.qcow2'), bus: 'sata', capacityBytes: 16 * mib },
        ],
      })
      await expectSame(join(poolPath, 'web.qcow2'))
      await expectSame(join(poolPath, 'web-2.qcow2'), second)
      expect(progress.at(-1)).toBeGreaterThan(6 * mib)
      expect(await left()).toEqual({ ...nothing, pool: ['web-2.qcow2', 'web.qcow2'] })
    })

    it('goes to another host in the same way', async () => {
      const { job } = await importFrom(await ova(), far)
      expect(job).toMatchObject({ state: 'done', problem: null })
      await expectSame(join(poolPath, 'web-2.qcow2'), second)
      expect(await left()).toEqual({ ...nothing, pool: ['web-2.qcow2', 'web.qcow2'] })
    })

    it('whose second disk is not as its maker made it leaves nothing', async () => {
      const { job } = await importFrom(await ova({ spoilt: 'web-disk2.vmdk' }))
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'invalid-input' } })
      expect(job.problem?.message).toContain('web-disk2.vmdk')
      expect(await left()).toEqual(nothing)
    })

    it('may hold its disk compressed as a whole', async () => {
      const packed = gzipSync(content)
      const ovf = vmwareOvf('web', [
        { href: 'd.img.gz', capacityBytes: 16 * mib, sizeBytes: packed.length, more: 'ovf:compression="gzip"' },
      ])
      await writeFile(
        at('packed.ova'),
        tarBytes([
          { name: 'web.ovf', content: Buffer.from(ovf) },
          { name: 'd.img.gz', content: packed },
        ]),
      )
      const { job } = await importFrom(at('packed.ova'))
      expect(job).toMatchObject({ state: 'done', problem: null })
      await expectSame(join(poolPath, 'web.qcow2'))
      expect(await left()).toEqual({ ...nothing, pool: ['web.qcow2'] })
    })

    it('whose compressed disk would fill the computer is stopped', async () => {
      const bomb = gzipSync(Buffer.alloc(200 * mib))
      const ovf = vmwareOvf('web', [
        { href: 'd.gz', capacityBytes: mib, sizeBytes: bomb.length, more: 'ovf:compression="gzip"' },
      ])
      await writeFile(
        at('bomb.ova'),
        tarBytes([
          { name: 'web.ovf', content: Buffer.from(ovf) },
          { name: 'd.gz', content: bomb },
        ]),
      )
      const { job } = await importFrom(at('bomb.ova'))
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'invalid-input' } })
      expect(job.problem?.message).toContain('unpacks to more')
      expect(await left()).toEqual(nothing)
    })

    it('in a folder, with an empty disk besides, brings both', async () => {
      await mkdir(at('unpacked'), { recursive: true })
      await writeImage(at('unpacked/d.vmdk'), 'vmdk', content)
      const ovf = vmwareOvf('web', [
        { href: 'd.vmdk', capacityBytes: 16 * mib, sizeBytes: 1 },
        { href: 'none', capacityBytes: 8 * mib, sizeBytes: 0 },
      ])
      await writeFile(at('unpacked/web.ovf'), ovf.replace(' ovf:fileRef="file1"', ''))
      const { job, value } = await importFrom(at('unpacked/web.ovf'))
      expect(job).toMatchObject({ state: 'done', problem: null })
      expect(value).toMatchObject({ disks: [{ capacityBytes: 16 * mib }, { capacityBytes: 8 * mib }] })
      await expectSame(join(poolPath, 'web.qcow2'))
      await expectSame(join(poolPath, 'web-2.qcow2'), Buffer.alloc(8 * mib))
    })
  })

  // Only root may mount a small file system; elsewhere there is nothing that is surely full.
  describe.runIf(process.getuid?.() === 0)('into a small pool', () => {
    let small: string
    let smallUuid: string

    beforeAll(async () => {
      small = await test.folder('small')
      await run('mount', ['-t', 'tmpfs', '-o', `size=${12 * mib},mode=0777`, 'none', small])
      const pool = await test.libvirt.storagePoolDefineXML(
        StoragePoolXml.create({ type: 'dir', name: 'small', target: { path: small } }).toString(),
      )
      await pool.create()
      smallUuid = pool.uuid
      await vi.waitFor(() =>
        expect([host, far].map((each) => each.inventory.pool(smallUuid)?.state)).toEqual(['running', 'running']),
      )
    })
    afterAll(async () => {
      await (await test.libvirt.storagePoolLookupByUUID(smallUuid)).destroy()
      await run('umount', [small])
    })

    const whole = () => Buffer.from(content.map((byte, index) => byte ^ ((index >> 12) & 0xff)))

    it('says that there is no room before anything is made', async () => {
      await writeImage(at('source'), 'raw', whole())
      const { job } = await ended((control) =>
        importDisk(parts(), host, wanted(at('source'), { poolUuid: smallUuid }), control),
      )
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'out-of-space', field: 'poolUuid' } })
      expect(await readdir(small)).toEqual([])
    })

    it.each(['here', 'far'])(
      'leaves nothing when the room ends in the middle, and says why it failed (%s)',
      async (which) => {
        await writeImage(at('source'), 'raw', content)
        const { job } = await ended((control) => {
          let isFilled = false
          const filling: JobControl = {
            ...control,
            // Behind the daemon's back, once the copy has been found to fit.
            willUndo: async (step) => {
              await control.willUndo(step)
              if (step.kind !== 'delete-volume' || isFilled) return
              isFilled = true
              const { bavail, bsize } = await statfs(small)
              await writeFile(join(small, 'filler'), Buffer.alloc(bavail * bsize - 2 * mib))
            },
          }
          return importDisk(
            parts(),
            which === 'far' ? far : host,
            wanted(at('source'), { poolUuid: smallUuid }),
            filling,
          )
        })
        await rm(join(small, 'filler'))
        expect(job).toMatchObject({ state: 'failed', problem: { code: 'out-of-space' } })
        expect(await readdir(small)).toEqual([])
        expect(await left()).toEqual(nothing)
      },
    )
  })
})

describe('the progress of qemu-img', () => {
  it.each([
    ['    (12.50/100%)\r', 0.125],
    ['    (0.00/100%)\r    (25.00/100%)\r    (3.', 0.25],
    ['00/100%)\r', null],
    ['', null],
    ['    (100.00/100%)\r', 1],
  ])('is read out of %j', (text, share) => {
    expect(shareIn(text)).toBe(share)
  })
})
