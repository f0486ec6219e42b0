import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ovaBytes, tarBytes, vmwareOvf } from '../../testing/ova-bytes.ts'
import { patternedDisk, writeImage } from '../../testing/patterned-disk.ts'
import { openAndInspect } from './inspect-appliance.ts'
import { parseManifest, verifyPart } from './manifest.ts'

const mib = 1024 ** 2

let folder: string
let vmdk: Buffer
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'appliances-'))
  await writeImage(at('made.vmdk'), 'vmdk', patternedDisk(), ['subformat=streamOptimized'])
  vmdk = await readFile(at('made.vmdk'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function made(name: string, bytes: Uint8Array | string): Promise<string> {
  await writeFile(at(name), bytes)
  return at(name)
}

const disk = (name: string, content = vmdk) => ({ name, content, capacityBytes: 16 * mib })
const described = (href: string) => vmwareOvf('web', [{ href, capacityBytes: 16 * mib, sizeBytes: vmdk.length }])

describe('an appliance', () => {
  it('in an archive tells of its machine and its disks without being unpacked', async () => {
    const path = await made('web.ova', ovaBytes('web', [disk('web-1.vmdk'), disk('web-2.vmdk')]))
    const { picture, disks } = await openAndInspect(path)
    expect(picture).toMatchObject({
      path,
      name: 'web',
      vcpuCount: 2,
      memoryKiB: mib,
      checksums: 'sha256',
      isSigned: false,
      warnings: [],
    })
    expect(picture.disks).toEqual(
      ['web-1.vmdk', 'web-2.vmdk'].map((fileName) => ({
        fileName,
        capacityBytes: 16 * mib,
        format: 'vmdk',
        sizeBytes: vmdk.length,
        controller: 'scsi',
        bus: 'sata',
      })),
    )
    const [first] = disks
    const whole = await readFile(path)
    expect(whole.subarray(first?.part?.offsetBytes, (first?.part?.offsetBytes ?? 0) + vmdk.length).equals(vmdk)).toBe(
      true,
    )
  })

  it('in a folder is the same', async () => {
    await mkdir(at('unpacked'))
    await made('unpacked/disk.vmdk', vmdk)
    await made('unpacked/web.cert', 'a signature')
    const { picture } = await openAndInspect(await made('unpacked/web.ovf', described('disk.vmdk')))
    expect(picture).toMatchObject({
      name: 'web',
      disks: [{ fileName: 'disk.vmdk', format: 'vmdk' }],
      checksums: null,
      isSigned: true,
    })
    expect(picture.warnings).toMatchObject([{ english: expect.stringContaining('no checksums') as string }])
  })

  it('may have a disk that begins empty', async () => {
    const text = described('x.vmdk')
      .replace(' ovf:fileRef="file0"', '')
      .replace(/<File [^>]*>/, '')
    const { picture } = await openAndInspect(await made('empty-disk.ovf', text))
    expect(picture.disks).toMatchObject([{ fileName: null, format: null, sizeBytes: 0, capacityBytes: 16 * mib }])
  })

  it.each<[string, () => Promise<string>, string, string]>([
    [
      'a disk above its folder',
      () => made('up.ovf', described('../../../etc/passwd')),
      'invalid-input',
      'outside of its folder',
    ],
    [
      'a disk at an absolute path that is there',
      () => made('abs.ovf', described('/../../../../../etc/passwd')),
      'invalid-input',
      'outside',
    ],
    ['a disk behind a link', () => behindLink(), 'invalid-input', 'outside of its folder'],
    ['a disk that is not there', () => made('lost.ovf', described('lost.vmdk')), 'not-found', 'lost.vmdk is missing'],
    [
      'an archive without its disk',
      () => made('thin.ova', tarBytes([{ name: 'a.ovf', content: Buffer.from(described('d.vmdk')) }])),
      'not-found',
      'd.vmdk is missing',
    ],
    [
      'an archive without a description',
      () => made('none.ova', tarBytes([{ name: 'd.vmdk', content: vmdk }])),
      'invalid-input',
      'no OVF file',
    ],
    [
      'two descriptions',
      () =>
        made('two.ova', tarBytes(['a', 'b'].map((name) => ({ name: `${name}.ovf`, content: Buffer.from('<x/>') })))),
      'invalid-input',
      'more than one',
    ],
    ['a disk with another disk below it', () => withChild(), 'unsupported', 'differs from another'],
    [
      'an archive cut in its disk',
      () => made('cut.ova', ovaBytes('web', [disk('d.vmdk')]).subarray(0, 60_000)),
      'invalid-input',
      'cut off',
    ],
    [
      'a zip archive',
      () => made('box.ova', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(600)])),
      'invalid-input',
      'a zip archive',
    ],
    ['a disk image', () => made('disk.ova', vmdk), 'invalid-input', 'VMware disk image'],
    ['a folder', () => Promise.resolve(folder), 'invalid-input', 'not a file'],
  ])('is refused with %s', async (_what, make, code, words) => {
    const error = await openAndInspect(await make()).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'StrataError', code, data: { field: 'path' } })
    expect((error as Error).message).toContain(words)
  })
})

async function behindLink(): Promise<string> {
  await mkdir(at('linked'))
  await symlink('/etc/passwd', at('linked/disk.vmdk'))
  return made('linked/web.ovf', described('disk.vmdk'))
}

async function withChild(): Promise<string> {
  const child = Buffer.from(vmdk)
  child.write('parentFileNameHint="/etc/passwd"\n', child.indexOf('createType'))
  return made('child.ova', ovaBytes('web', [disk('d.vmdk', child)]))
}

describe('a manifest', () => {
  it('is read in all the ways in which programs write it', () => {
    const digest = 'ab'.repeat(32)
    expect(
      parseManifest(`SHA256(a.ovf)= ${digest}\r\nSHA256 (b c.vmdk) = ${digest.toUpperCase()}\nnonsense\n`),
    ).toEqual({
      algorithm: 'sha256',
      digests: new Map([
        ['a.ovf', digest],
        ['b c.vmdk', digest],
      ]),
    })
    expect(parseManifest(`SHA1(a.ovf)= ${'0'.repeat(40)}`)?.algorithm).toBe('sha1')
    expect(parseManifest(`MD5(a.ovf)= ${'0'.repeat(32)}`)).toBeNull()
    expect(parseManifest(`SHA256(a.ovf)= abc`)).toBeNull()
  })

  it('is compared with what is in the archive, byte by byte, and tells how far it is', async () => {
    const verify = async (options: { spoilt?: string }) => {
      const { disks, manifest } = await openAndInspect(
        await made('check.ova', ovaBytes('web', [disk('d.vmdk')], options)),
      )
      const part = disks[0]?.part
      if (part == null || manifest === null) throw new Error('the appliance has lost its disk')
      let seenBytes = 0
      await verifyPart(part, manifest, {
        signal: new AbortController().signal,
        onProgress: (bytes) => (seenBytes = bytes),
      })
      return seenBytes
    }
    expect(await verify({})).toBe(vmdk.length)
    await expect(verify({ spoilt: 'd.vmdk' })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('checksum') as string,
    })
  })
})
