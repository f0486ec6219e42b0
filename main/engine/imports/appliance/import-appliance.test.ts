import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { importSurroundings, nothingLeft, type ImportSurroundings } from '../../testing/import-surroundings.ts'
import { ovaBytes, tarBytes, vmwareOvf } from '../../testing/ova-bytes.ts'
import { patternedDisk, writeImage } from '../../testing/patterned-disk.ts'
import { startTestEngine, type TestEngine } from '../../testing/test-engine.ts'
import { importAppliance } from './import-appliance.ts'

const mib = 1024 ** 2
const content = patternedDisk()
const second = patternedDisk({ type: 0x07 })

vi.setConfig({ testTimeout: 120_000 }) // real copies, on machines that may be busy

describe('importing an appliance', () => {
  let test: TestEngine
  let around: ImportSurroundings
  const at = (name: string) => around.at(name)
  const inPool = (name: string) => join(around.pool.path, name)

  beforeAll(async () => {
    test = await startTestEngine()
    around = await importSurroundings(test)
  }, 60_000)
  afterAll(async () => {
    await around.close()
    await test.stop()
  }, 60_000)
  beforeEach(() => around.emptyPool())

  const importFrom = (path: string, to = around.host) =>
    around.ended((job) => importAppliance(around.parts, to, { path, poolUuid: around.pool.uuid, name: 'web' }, job))
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
        { path: inPool('web.qcow2'), bus: 'sata', capacityBytes: 16 * mib },
        { path: inPool('web-2.qcow2'), bus: 'sata', capacityBytes: 16 * mib },
      ],
    })
    await around.expectSame(inPool('web.qcow2'), content)
    await around.expectSame(inPool('web-2.qcow2'), second)
    expect(progress.at(-1)).toBeGreaterThan(6 * mib)
    expect(await around.left()).toEqual({ ...nothingLeft, pool: ['web-2.qcow2', 'web.qcow2'] })
  })

  it('goes to another host in the same way', async () => {
    const { job } = await importFrom(await ova(), around.far)
    expect(job).toMatchObject({ state: 'done', problem: null })
    await around.expectSame(inPool('web-2.qcow2'), second)
    expect(await around.left()).toEqual({ ...nothingLeft, pool: ['web-2.qcow2', 'web.qcow2'] })
  })

  it('whose second disk is not as its maker made it leaves nothing', async () => {
    const { job } = await importFrom(await ova({ spoilt: 'web-disk2.vmdk' }))
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'invalid-input' } })
    expect(job.problem?.said.english).toContain('web-disk2.vmdk')
    expect(await around.left()).toEqual(nothingLeft)
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
    await around.expectSame(inPool('web.qcow2'), content)
    expect(await around.left()).toEqual({ ...nothingLeft, pool: ['web.qcow2'] })
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
    expect(job.problem?.said.english).toContain('unpacks to more')
    expect(await around.left()).toEqual(nothingLeft)
  })

  it.each([
    ['a number with a sign', 'RW +8 FLAT "SECRET" 0'],
    ['an extent over several lines', 'RW\n8\nFLAT\n"SECRET" 0'],
  ])('in a folder brings no file of this computer that its disk names by %s', async (_form, extent) => {
    await mkdir(at('hostile'), { recursive: true })
    const beside = (name: string) => join(at('hostile'), name)
    await writeFile(at('secret'), 'a pretended private key'.repeat(500))
    await writeFile(beside('flat.vmdk'), content)
    const lines = [
      '# Disk DescriptorFile',
      'version=1',
      'CID=12345678',
      'parentCID=ffffffff',
      'createType="monolithicFlat"',
      `RW ${content.length / 512} FLAT "flat.vmdk" 0`,
      extent.replace('SECRET', at('secret')),
    ]
    const text = lines.join('\n')
    await writeFile(beside('web.vmdk'), text)
    const disk = { href: 'web.vmdk', capacityBytes: 16 * mib, sizeBytes: text.length }
    await writeFile(beside('web.ovf'), vmwareOvf('web', [disk]))
    const { job } = await importFrom(beside('web.ovf'))
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'unsupported' } })
    expect(await around.left()).toEqual(nothingLeft)
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
    await around.expectSame(inPool('web.qcow2'), content)
    await around.expectSame(inPool('web-2.qcow2'), Buffer.alloc(8 * mib))
  })
})
