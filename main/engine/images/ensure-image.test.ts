import { unkeyed } from '@strata/contract/words/said.ts'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import type { StoragePool } from 'node-libvirt'
import { StoragePoolXml, StorageVolumeXml } from 'node-libvirt/xml'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { identifier, undoHandlers } from '../create/undo-handlers.ts'
import { FileUsers } from '../disk-images/file-users.ts'
import { HostRegistry } from '../hosts/host-registry.ts'
import { Host } from '../hosts/host.ts'
import { findProgram } from '../this-computer/find-program.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { JobRunner } from '../jobs/job-runner.ts'
import { ImageServer } from '../testing/image-server.ts'
import { sharedKvmTrial } from '../testing/shared-kvm-trial.ts'
import { canSign, endSigning, makeSigningKey, type SigningKey } from '../testing/signing-key.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool } from '../testing/test-guest.ts'
import { sha256, tinyCapacityBytes as capacityBytes, tinyEntry, tinyQcow2 } from '../testing/tiny-image.ts'
import { ensureImage, imageSteps } from './ensure-image.ts'
import { diskSizeFinding, makeFullCopy, makeOverlay } from './image-disk.ts'
import { ImageLibrary } from './image-library.ts'
import { partialDownloads } from './partial-file.ts'
import type { PlacedImage } from './placed-images.ts'

vi.setConfig({ testTimeout: 60_000 }) // a real daemon, on machines that may be busy

const xz = await findProgram('xz')
const signs = await canSign()
const waysToMakeADisk = [
  ['overlay', makeOverlay],
  ['copy', makeFullCopy],
] as const

describe('an image that a machine needs', () => {
  let test: TestEngine
  let host: Host
  let pool: StoragePool
  let jobs: JobRunner
  let server: ImageServer
  let scratch: string
  let content: Buffer
  let library: ImageLibrary
  let closing: AbortController
  let cacheDir: string
  beforeAll(async () => {
    test = await startTestEngine()
    pool = await guestPool(test)
    const uri = test.daemon.uri('qemu:///session')
    const log = pino({ level: 'silent' })
    host = new Host({ id: hostId, label: 'This computer', uri }, { log, kvmTrial: sharedKvmTrial() })
    host.start()
    await host.whenConnected()
    scratch = await mkdtemp(join(tmpdir(), 'image-'))
    const hosts = new HostRegistry([host])
    jobs = new JobRunner({
      journalDir: join(scratch, 'journal'),
      undoHandlers: undoHandlers(hosts, new FileUsers(hosts), cacheDir),
      identify: identifier(hosts),
      knowsHost: () => true,
      whenHostReady: () => host.whenConnected(),
      log,
    })
    content = await tinyQcow2(scratch)
  }, 60_000)
  afterAll(async () => {
    await jobs.close()
    await host.close()
    await test.stop()
    await rm(scratch, { recursive: true, force: true })
  }, 60_000)
  beforeEach(async () => {
    server = await ImageServer.start()
    closing = new AbortController()
    cacheDir = await mkdtemp(join(scratch, 'cache-'))
    publish()
  })
  afterEach(async () => {
    await server.stop()
    await pool.refresh()
    for (const volume of await pool.listAllVolumes()) await volume.delete()
  })

  const libraryOf = (catalogueLocation: string) =>
    new ImageLibrary({ cacheDir, catalogueLocation, listed: () => Promise.resolve([]), closing: closing.signal })

  /** Puts an image, its checksum and a catalogue of this one image on the server; its addresses are relative. */
  function publish(entry: Record<string, unknown> = {}, served = content): void {
    server.put('/tiny.qcow2', served, { etag: '"1"' })
    server.put('/SHA256SUMS', `${sha256(served)} *tiny.qcow2\n`)
    const location = server.put('/catalogue.json', JSON.stringify({ version: 1, images: [{ ...tinyEntry, ...entry }] }))
    library = libraryOf(location)
  }

  /** A job whose whole work is this. */
  async function run<T>(work: (job: JobControl) => Promise<T>) {
    const result: { made: T | null } = { made: null }
    const { jobId } = jobs.start(
      { kind: 'test', title: unkeyed('Test'), hostId, steps: imageSteps(false) },
      async (job) => {
        result.made = await work(job)
      },
    )
    for await (const message of jobs.watch()) {
      const job = (message.type === 'snapshot' ? message.jobs : message.changed).find((each) => each.jobId === jobId)
      if (job !== undefined && job.endedAtMs !== null) return { job, ...result }
    }
    throw new Error('the jobs ended before the job did')
  }
  const ensure = (job: JobControl) => ensureImage({ images: library }, host, 'tiny-1-amd64', pool.uuid, job)
  const volumeNames = async () => {
    await pool.refresh()
    return (await pool.listAllVolumes()).map(({ name }) => name)
  }
  const leftInCache = async () => (await readdir(library.folder)).filter((name) => !name.endsWith('.json'))

  it('is downloaded, verified and placed, step by step, and nothing else is left of it', async () => {
    const { job, made } = await run(ensure)
    expect(job.problem).toBeNull()
    expect(job.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
    const name = `strata-image-tiny-1-amd64-${sha256(content).slice(0, 8)}.qcow2`
    expect(made).toMatchObject({ volumeName: name, capacityBytes, poolUuid: pool.uuid })
    expect(await volumeNames()).toEqual([name])
    expect(content.equals(await readFile(made?.path ?? ''))).toBe(true)
    expect(await leftInCache()).toEqual([])
  })

  it('is found the second time, and nothing is asked of the network', async () => {
    await run(ensure)
    await server.stop()
    const { job, made } = await run(ensure)
    expect(job).toMatchObject({ state: 'done', problem: null })
    expect(made).toMatchObject({ capacityBytes })
    server = await ImageServer.start()
  })

  it('is brought once when two machines want it at the same time', async () => {
    const [one, other] = await Promise.all([run(ensure), run(ensure)])
    expect(one.made?.path).toBe(other.made?.path)
    expect(server.requestsOf('/tiny.qcow2')).toHaveLength(1)
  })

  it('goes on from what had arrived when the engine was closed in the middle', async () => {
    const file = server.files.get('/tiny.qcow2')
    file?.faults.push({ kind: 'stall', atBytes: 512 * 1024 })
    const { job } = await run((control) =>
      ensure({
        ...control,
        signal: closing.signal,
        progress: (doneBytes) => {
          if (doneBytes === 512 * 1024) closing.abort(new Error('the engine closes'))
        },
      }),
    )
    expect(job.state).toBe('failed')
    expect([...(await partialDownloads(library.folder)).keys()]).toEqual(['tiny-1-amd64'])
    closing = new AbortController()
    library = libraryOf(`${server.url}/catalogue.json`)
    const { made } = await run(ensure)
    expect(made).toMatchObject({ capacityBytes })
    expect(server.requestsOf('/tiny.qcow2').at(-1)?.range).toMatch(/^bytes=[1-9]/)
  })

  it.each(['download', 'place'])('leaves nothing when the user cancels in step %s', async (step) => {
    let now = ''
    const { job } = await run((control) =>
      ensure({
        ...control,
        step: (id) => {
          now = id
          control.step(id)
        },
        progress: (doneBytes) => {
          if (now === step && doneBytes > 0) jobs.cancel(control.jobId)
        },
      }),
    )
    expect(job).toMatchObject({ state: 'cancelled', problem: null })
    expect(await volumeNames()).toEqual([])
    expect(await leftInCache()).toEqual([])
  })

  it('is deleted and refused when its checksum is another, with both told', async () => {
    server.put('/SHA256SUMS', `${'0'.repeat(64)}  tiny.qcow2\n`)
    const { job } = await run(ensure)
    expect(job.problem).toMatchObject({ code: 'invalid-input' })
    expect(job.problem?.detail).toContain('0'.repeat(64))
    expect(job.problem?.detail).toContain(sha256(content))
    expect(await volumeNames()).toEqual([])
    expect(await leftInCache()).toEqual([])
  })

  it('is not downloaded at all when its checksum is not published', async () => {
    server.put('/SHA256SUMS', `${sha256(content)}  other.qcow2\n`)
    expect((await run(ensure)).job.problem).toMatchObject({ code: 'invalid-input' })
    expect(server.requestsOf('/tiny.qcow2')).toEqual([])
  })

  it('is refused when it is laid over a file of the host', async () => {
    const path = join(scratch, 'sly.qcow2')
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-u', '-b', '/etc/shadow', '-F', 'raw', path, '8M'])
    publish({}, await readFile(path))
    expect((await run(ensure)).job.problem).toMatchObject({ code: 'invalid-input' })
    expect(await volumeNames()).toEqual([])
    expect(await leftInCache()).toEqual([])
  })

  it('is refused when it is no image', async () => {
    publish({}, Buffer.from('<html>Sign in to use this network</html>'.repeat(100)))
    expect((await run(ensure)).job.problem).toMatchObject({ code: 'invalid-input' })
    expect(await volumeNames()).toEqual([])
  })

  // The program xz packs it.
  it.runIf(xz !== null)('is unpacked where it comes packed with xz', async () => {
    const packed = execFileSync(xz ?? '', ['-c', '-1'], { input: content, maxBuffer: 64 * 1024 ** 2 })
    publish({ compression: 'xz' }, packed)
    const { job, made } = await run(ensure)
    expect(job.problem).toBeNull()
    expect(content.equals(await readFile(made?.path ?? ''))).toBe(true)
    expect(await leftInCache()).toEqual([])
  })

  it('is unpacked where it comes packed with gzip, and refused when that is damaged', async () => {
    publish({ compression: 'gz' }, gzipSync(content))
    const { made } = await run(ensure)
    expect(content.equals(await readFile(made?.path ?? ''))).toBe(true)
    await (await pool.storageVolLookupByName(made?.volumeName ?? '')).delete()
    publish({ compression: 'gz' }, gzipSync(content).subarray(0, 100_000))
    expect((await run(ensure)).job.state).toBe('failed')
    expect(await volumeNames()).toEqual([])
  })

  it('takes the place of one that was left in the middle of its way', async () => {
    const name = `strata-image-tiny-1-amd64-${sha256(content).slice(0, 8)}.qcow2`
    await pool.storageVolCreateXML(StorageVolumeXml.create({ name, capacityBytes: 1024 ** 2 }).toString())
    const { job, made } = await run(ensure)
    expect(job.problem).toBeNull()
    expect(made).toMatchObject({ volumeName: name, capacityBytes })
  })

  // A full disk wants a file system of its own, which only root can mount.
  it.runIf(process.getuid?.() === 0)('leaves nothing in a pool that it does not fit in', async () => {
    const path = await test.folder('tiny')
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=1m,uid=${test.daemon.user.userId},mode=755`, 'tmpfs', path])
    const tiny = await test.libvirt.storagePoolCreateXML(
      StoragePoolXml.create({ type: 'dir', name: 'tiny', target: { path } }).toString(),
    )
    try {
      await host.inventory.reloadPool(tiny.uuid)
      const { job } = await run((control) => ensureImage({ images: library }, host, 'tiny-1-amd64', tiny.uuid, control))
      expect(job.problem).toMatchObject({ code: 'out-of-space' })
      expect(await tiny.listAllVolumes()).toEqual([])
      expect(await leftInCache()).toEqual([])
      expect(server.requestsOf('/tiny.qcow2')).toHaveLength(1)
    } finally {
      await tiny.destroy()
      execFileSync('umount', ['-l', path])
    }
  })

  it('stays when the job fails that brought it, as others may be built on it by then', async () => {
    const { job } = await run(async (control) => {
      await ensure(control)
      throw new Error('the machine could not be defined')
    })
    expect(job.state).toBe('failed')
    expect(await volumeNames()).toHaveLength(1)
  })

  // The program gpg signs for the test.
  describe.runIf(signs)('of makers who sign', () => {
    let maker: SigningKey
    beforeAll(async () => {
      maker = await makeSigningKey(join(scratch, 'k'))
    }, 60_000)
    afterAll(() => endSigning(join(scratch, 'k')))

    const signature = () => ({
      kind: 'detached',
      of: 'checksum',
      url: 'SHA256SUMS.gpg',
      keyrings: [maker.armouredPath],
    })
    async function sign(text: string): Promise<void> {
      const path = join(scratch, 'signed')
      await writeFile(path, text)
      await maker.detached(path, `${path}.gpg`)
      server.put('/SHA256SUMS.gpg', await readFile(`${path}.gpg`))
    }

    it('is taken by their signature', async () => {
      publish({ signature: signature() })
      await sign(`${sha256(content)} *tiny.qcow2\n`)
      expect((await run(ensure)).job).toMatchObject({ state: 'done', problem: null })
    })

    it('is not even downloaded when the signature is of another text', async () => {
      publish({ signature: signature() })
      await sign('something else\n')
      expect((await run(ensure)).job.problem).toMatchObject({ code: 'not-permitted' })
      expect(server.requestsOf('/tiny.qcow2')).toEqual([])
    })

    it('is refused and deleted when the image itself is signed, and not as it came', async () => {
      publish({ signature: { ...signature(), of: 'image', url: 'tiny.qcow2.sig' } })
      const path = join(scratch, 'image')
      await writeFile(path, content)
      await maker.detached(path, `${path}.sig`)
      server.put('/tiny.qcow2.sig', await readFile(`${path}.sig`))
      expect((await run(ensure)).job).toMatchObject({ state: 'done', problem: null })
      for (const volume of await pool.listAllVolumes()) await volume.delete()
      const changed = Buffer.concat([content, Buffer.from('x')])
      server.put('/tiny.qcow2', changed, { etag: '"2"' })
      server.put('/SHA256SUMS', `${sha256(changed)} *tiny.qcow2\n`)
      expect((await run(ensure)).job.problem).toMatchObject({ code: 'not-permitted' })
      expect(await leftInCache()).toEqual([])
    })
  })

  describe('as the base of a disk', () => {
    let base: PlacedImage
    beforeEach(async () => {
      const { made } = await run(ensure)
      if (made === null) throw new Error('there is no image')
      base = made
    })
    const wanted = (diskBytes: number) => ({ poolUuid: pool.uuid, name: 'web.qcow2', diskBytes })
    const info = (path: string) =>
      JSON.parse(execFileSync('qemu-img', ['info', '--output=json', path], { encoding: 'utf8' })) as Record<
        string,
        unknown
      >

    it('carries an overlay that is as large as was wanted', async () => {
      const { job, made } = await run((control) =>
        makeOverlay({ images: library }, host, base, wanted(4 * capacityBytes), control),
      )
      expect(job.problem).toBeNull()
      expect(info(made ?? '')).toMatchObject({
        format: 'qcow2',
        'virtual-size': 4 * capacityBytes,
        'full-backing-filename': base.path,
        'backing-filename-format': 'qcow2',
      })
    })

    it('is copied whole into a disk that stands alone', async () => {
      const { job, made } = await run((control) =>
        makeFullCopy({ images: library }, host, base, wanted(2 * capacityBytes), control),
      )
      expect(job.problem).toBeNull()
      expect(info(made ?? '')).toMatchObject({ format: 'qcow2', 'virtual-size': 2 * capacityBytes })
      expect(info(made ?? '')).not.toHaveProperty('backing-filename')
      execFileSync('qemu-img', ['compare', '-q', base.path, made ?? '']) // fails when a byte differs
    })

    it.each(waysToMakeADisk)('is never laid under a disk that is smaller: %s', async (_, makeDisk) => {
      const { job } = await run((control) => makeDisk({ images: library }, host, base, wanted(1024 ** 2), control))
      expect(job.problem).toMatchObject({ code: 'invalid-input', field: 'diskBytes' })
      expect(diskSizeFinding(base, 1024 ** 2)).toMatchObject({
        field: 'diskBytes',
        suggestion: { diskBytes: capacityBytes },
      })
      expect(diskSizeFinding(base, capacityBytes)).toBeNull()
      expect(diskSizeFinding({ capacityBytes: null }, 1)).toBeNull()
    })

    it.each(waysToMakeADisk)('loses the disk again when the job fails: %s', async (_, makeDisk) => {
      await run(async (control) => {
        await makeDisk({ images: library }, host, base, wanted(capacityBytes), control)
        throw new Error('the machine could not be defined')
      })
      expect(await volumeNames()).toEqual([base.volumeName])
    })
  })
})
