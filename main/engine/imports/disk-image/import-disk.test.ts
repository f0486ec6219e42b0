import { unkeyed } from '@strata/contract/words/said.ts'
import { execFile } from 'node:child_process'
import { chmod, readdir, readFile, rm, statfs, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import type { JobControl } from '../../jobs/job-control.ts'
import { importSurroundings, nothingLeft, type ImportSurroundings } from '../../testing/import-surroundings.ts'
import { patternedDisk, qemuImg, writeImage } from '../../testing/patterned-disk.ts'
import { startTestEngine, type TestEngine } from '../../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../../testing/test-guest.ts'
import { shareIn } from './convert-image.ts'
import { importDisk, type WantedDisk } from './import-disk.ts'
import { inspectDiskImage } from './inspect-disk-image.ts'

const run = promisify(execFile)
const mib = 1024 ** 2
const content = patternedDisk()

vi.setConfig({ testTimeout: 120_000 }) // real copies, on machines that may be busy

describe('importing a disk image', () => {
  let test: TestEngine
  let around: ImportSurroundings
  let guest: TestGuest
  const at = (name: string) => around.at(name)

  beforeAll(async () => {
    test = await startTestEngine()
    around = await importSurroundings(test)
    guest = await makeGuest(test, 'resident')
    await vi.waitFor(() => expect(around.host.inventory.machine(guest.uuid)).not.toBeNull())
  }, 60_000)
  afterAll(async () => {
    await around.close()
    await test.stop()
  }, 60_000)
  beforeEach(() => around.emptyPool())

  const wanted = (path: string, more: Partial<WantedDisk> = {}): WantedDisk => ({
    media: { kind: 'file', path, use: 'upload' },
    disk: 'copy',
    poolUuid: around.pool.uuid,
    name: 'copy.qcow2',
    capacityBytes: null,
    ...more,
  })
  const hostOf = (which: string) => (which === 'far' ? around.far : around.host)
  const poolHandle = () => test.libvirt.storagePoolLookupByUUID(around.pool.uuid)
  const inPool = (name: string) => join(around.pool.path, name)

  describe('as a copy', () => {
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
      const { job, progress, value } = await around.ended((control) =>
        importDisk(around.parts, around.host, wanted(at('source')), control),
      )
      expect(job).toMatchObject({ state: 'done', problem: null })
      const diskPath = inPool('copy.qcow2')
      const commands = [`qemu-img convert -f ${format} ${at('source')} -O qcow2 ${diskPath}`]
      expect(value).toEqual({ diskPath, format: 'qcow2', capacityBytes: 16 * mib, notes: [], commands, settle: null })
      await around.expectSame(diskPath, content)
      expect(progress.at(-1)).toBeGreaterThan(3 * mib)
      expect(progress).toEqual(progress.toSorted((one, other) => one - other))
      // Empty stays empty: the file is not as large as the disk.
      const volume = await (await poolHandle()).storageVolLookupByName('copy.qcow2')
      expect((await volume.getInfo()).allocationBytes).toBeLessThan(5 * mib)
      expect(await around.left()).toEqual({ ...nothingLeft, pool: ['copy.qcow2'] })
    })

    it.each([
      ['a number with a sign', 'RW +8 FLAT "SECRET" 0'],
      ['an extent over several lines', 'RW\n8\nFLAT\n"SECRET" 0'],
      ['a path', 'RW 8 FLAT "SECRET" 0'],
    ])('brings no file of this computer along that a VMware disk names by %s', async (_form, extent) => {
      await writeFile(at('secret'), 'a pretended private key'.repeat(500))
      await writeFile(at('flat.vmdk'), content)
      const lines = ['# Disk DescriptorFile', 'version=1', 'CID=12345678', 'parentCID=ffffffff']
      const layout = ['createType="monolithicFlat"', `RW ${content.length / 512} FLAT "flat.vmdk" 0`]
      const text = [...lines, ...layout, extent.replace('SECRET', at('secret'))].join('\n')
      await writeFile(at('hostile.vmdk'), text)
      const { job } = await around.ended((control) =>
        importDisk(around.parts, around.host, wanted(at('hostile.vmdk')), control),
      )
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'unsupported' } })
      expect(await around.left()).toEqual(nothingLeft)
      // Without that line the same disk is copied whole.
      await writeFile(at('hostile.vmdk'), [...lines, ...layout].join('\n'))
      const honest = await around.ended((control) =>
        importDisk(around.parts, around.host, wanted(at('hostile.vmdk')), control),
      )
      expect(honest.job).toMatchObject({ state: 'done', problem: null })
      await around.expectSame(inPool('copy.qcow2'), content)
    })

    it('grows to the size that is wanted', async () => {
      await writeImage(at('source'), 'vmdk', content)
      const { value } = await around.ended((job) =>
        importDisk(around.parts, around.host, wanted(at('source'), { capacityBytes: 40 * mib }), job),
      )
      expect(value).toMatchObject({ capacityBytes: 40 * mib })
      expect(JSON.parse(await qemuImg('info', '--output=json', inPool('copy.qcow2')))).toMatchObject({
        'virtual-size': 40 * mib,
      })
    })

    it('goes to a host that this computer’s files are not on, by way of the cache', async () => {
      await writeImage(at('source'), 'vdi', content)
      const { job, progress, value } = await around.ended((control) =>
        importDisk(around.parts, around.far, wanted(at('source'), { capacityBytes: 32 * mib }), control),
      )
      expect(job).toMatchObject({ state: 'done', problem: null })
      expect(value).toMatchObject({ diskPath: inPool('copy.qcow2') })
      expect(progress).toEqual(progress.toSorted((one, other) => one - other))
      await around.expectSame(inPool('copy.qcow2'), Buffer.concat([content, Buffer.alloc(16 * mib)]))
      expect(await around.left()).toEqual({ ...nothingLeft, pool: ['copy.qcow2'] })
    })

    it('that lies in a pool of such a host is copied by its daemon', async () => {
      await writeImage(inPool('base.vmdk'), 'vmdk', content)
      await rm(inPool('base.vmdk.raw-content'))
      await chmod(inPool('base.vmdk'), 0o644)
      await (await poolHandle()).refresh()
      const media = { kind: 'volume' as const, poolUuid: around.pool.uuid, name: 'base.vmdk' }
      expect(await inspectDiskImage(around.far, media)).toMatchObject({
        format: 'vmdk',
        capacityBytes: 16 * mib,
        bootable: null,
      })
      expect(await inspectDiskImage(around.host, media)).toMatchObject({
        format: 'vmdk',
        bootable: true,
        firmware: 'bios',
      })
      const { job } = await around.ended((control) =>
        importDisk(around.parts, around.far, wanted('', { media }), control),
      )
      expect(job).toMatchObject({ state: 'done', problem: null })
      await around.expectSame(inPool('copy.qcow2'), content)
    })

    it('that is damaged is refused, and nothing is left', async () => {
      await writeImage(at('source'), 'qcow2', content)
      await truncate(at('source'), 2 * mib)
      const cut = await around.ended((job) => importDisk(around.parts, around.host, wanted(at('source')), job))
      expect(cut.job).toMatchObject({ state: 'failed', problem: { code: 'invalid-input', field: 'source' } })
      await writeImage(at('source'), 'vmdk', content, ['subformat=streamOptimized'])
      const bytes = await readFile(at('source'))
      bytes.fill(0xff, bytes.length / 3, bytes.length / 2) // inside what is compressed
      await writeFile(at('source'), bytes)
      const spoilt = await around.ended((job) => importDisk(around.parts, around.host, wanted(at('source')), job))
      expect(spoilt.job).toMatchObject({ state: 'failed', problem: { code: 'invalid-input', field: 'source' } })
      expect(await around.left()).toEqual(nothingLeft)
    })

    it('never replaces an image that has its name', async () => {
      await writeImage(at('source'), 'raw', content)
      await writeFile(inPool('copy.qcow2'), 'not to be touched')
      const { job } = await around.ended((control) =>
        importDisk(around.parts, around.host, wanted(at('source')), control),
      )
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'already-exists' } })
      expect(await readFile(inPool('copy.qcow2'), 'utf8')).toBe('not to be touched')
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
      const started = around.jobs.start({ kind: 'import', title: unkeyed('Import'), steps: [] }, async (job) => {
        const watched: JobControl = {
          ...job,
          progress: (done, total) => {
            job.progress(done, total)
            if (done > 0) around.jobs.cancel(abort.jobId)
          },
        }
        await importDisk(around.parts, hostOf(which), wanted(at('source')), watched)
      })
      abort.jobId = started.jobId
      expect((await around.whenEnded(started.jobId)).state).toBe('cancelled')
      expect(await around.left()).toEqual(nothingLeft)
    })
  })

  describe('in place', () => {
    const inPlace = (path: string) =>
      around.ended((job) => importDisk(around.parts, around.host, wanted(path, { disk: 'in-place' }), job))

    it('is used as it is, and says that it will change', async () => {
      await writeImage(at('mine.qcow2'), 'qcow2', content)
      const { value } = await inPlace(at('mine.qcow2'))
      expect(value).toMatchObject({
        diskPath: at('mine.qcow2'),
        format: 'qcow2',
        capacityBytes: 16 * mib,
        notes: [{ english: expect.stringContaining('changes this file') as string }],
        commands: [],
        settle: null,
      })
      expect(await around.left()).toEqual(nothingLeft)
    })

    it.each<[string, () => Promise<string>, string, string]>([
      ['that another machine has', () => Promise.resolve(guest.diskPath), 'busy', '“resident”'],
      ['that other images build on', () => withOverlay(), 'busy', 'is built on it'],
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
      expect(job.problem?.said.english).toContain(words)
      expect(job.problem?.said.english).toContain('copied into the pool')
    })

    async function image(name: string, format: string, options: readonly string[] = []): Promise<string> {
      await writeImage(at(name), format, content, options)
      return at(name)
    }

    async function withOverlay(): Promise<string> {
      const base = await image('base.raw', 'raw')
      const overlay = inPool('overlay.qcow2')
      await qemuImg('create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', overlay)
      await Promise.all([chmod(base, 0o644), chmod(overlay, 0o644)])
      await (await poolHandle()).refresh()
      return base
    }
  })

  // Only root may mount a small file system; elsewhere there is nothing that is surely full.
  describe.runIf(process.getuid?.() === 0)('into a small pool', () => {
    let small: string
    let smallUuid: string

    beforeAll(async () => {
      small = await test.folder('small')
      await run('mount', ['-t', 'tmpfs', '-o', `size=${12 * mib},mode=0777`, 'none', small])
      smallUuid = await around.makePool('small', small)
    })
    afterAll(async () => {
      await (await test.libvirt.storagePoolLookupByUUID(smallUuid)).destroy()
      await run('umount', [small])
    })

    const whole = () => Buffer.from(content.map((byte, index) => byte ^ ((index >> 12) & 0xff)))

    it('says that there is no room before anything is made', async () => {
      await writeImage(at('source'), 'raw', whole())
      const { job } = await around.ended((control) =>
        importDisk(around.parts, around.host, wanted(at('source'), { poolUuid: smallUuid }), control),
      )
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'out-of-space', field: 'poolUuid' } })
      expect(await readdir(small)).toEqual([])
    })

    it.each(['here', 'far'])(
      'leaves nothing when the room ends in the middle, and says why it failed (%s)',
      async (which) => {
        await writeImage(at('source'), 'raw', content)
        const { job } = await around.ended((control) => {
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
          return importDisk(around.parts, hostOf(which), wanted(at('source'), { poolUuid: smallUuid }), filling)
        })
        await rm(join(small, 'filler'))
        expect(job).toMatchObject({ state: 'failed', problem: { code: 'out-of-space' } })
        expect(await readdir(small)).toEqual([])
        expect(await around.left()).toEqual(nothingLeft)
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
