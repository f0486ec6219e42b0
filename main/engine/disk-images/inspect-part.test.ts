import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, open, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { isoBytes } from '../testing/iso-bytes.ts'
import { gptDisk, patternedDisk, qemuImg, writeImage } from '../testing/patterned-disk.ts'
import { measureAsQcow2 } from './image-info.ts'
import { inspectLocalImage } from './inspect-part.ts'

const run = promisify(execFile)
const mib = 1024 ** 2

vi.setConfig({ testTimeout: 60_000 }) // a program for every look, on machines that may be busy

let folder: string
const content = patternedDisk()
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Changes some bytes of a file, as its maker could. */
async function overwrite(path: string, position: number, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, 'r+')
  await file.write(Buffer.from(bytes as string, 'latin1'), 0, null, position)
  await file.close()
}

describe('a disk image', () => {
  it.each([
    ['qcow2', 'qcow2', []],
    ['qcow2', 'qcow2', ['compat=0.10']],
    ['raw', 'raw', []],
    ['vdi', 'vdi', []],
    ['vhdx', 'vhdx', []],
    ['vpc', 'vpc', ['force_size=on']],
    ['vpc', 'vpc', ['subformat=fixed', 'force_size=on']],
    ['vmdk', 'vmdk', []],
    ['vmdk', 'vmdk', ['subformat=streamOptimized']],
    ['vmdk', 'vmdk', ['subformat=twoGbMaxExtentSparse']],
    ['vmdk', 'vmdk', ['subformat=twoGbMaxExtentFlat']],
    ['vmdk', 'vmdk', ['subformat=monolithicFlat']],
  ])('of format %s is known by its content (%s %j)', async (format, target, options) => {
    const path = at(`disk-${options.join('-')}.${target}-under-another-name.iso`)
    await writeImage(path, target, content, options)
    const image = await inspectLocalImage(path)
    expect(image).toMatchObject({
      format,
      capacityBytes: 16 * mib,
      isCorrupt: false,
      isEncrypted: false,
      content: { partitions: 'mbr', bootsBios: true, bootsUefi: false },
    })
    // What belongs to it counts: all of the content is in one of its files.
    expect(image.sizeBytes).toBeGreaterThan(options.includes('subformat=streamOptimized') ? 100_000 : 3 * mib)
    expect(await measureAsQcow2(image.source, image.fileName)).toBeGreaterThan(3 * mib)
  })

  it('says by its partitions what firmware it boots with', async () => {
    await writeImage(at('efi.qcow2'), 'qcow2', patternedDisk({ type: 0xef }))
    expect((await inspectLocalImage(at('efi.qcow2'))).content).toMatchObject({ partitions: 'mbr', bootsUefi: true })
    await made('gpt.raw', gptDisk())
    const { content: gpt, format } = await inspectLocalImage(at('gpt.raw'))
    expect([format, gpt]).toEqual(['raw', { partitions: 'gpt', fileSystem: null, bootsBios: false, bootsUefi: true }])
    await overwrite(at('gpt.raw'), 0, '\xeb\x63\x90')
    expect((await inspectLocalImage(at('gpt.raw'))).content.bootsBios).toBe(true)
  })

  it('may be a file system without partitions, which boots nothing', async () => {
    await truncate(await made('ext4.img'), 8 * mib)
    await run('mke2fs', ['-q', '-t', 'ext4', at('ext4.img')])
    expect(await inspectLocalImage(at('ext4.img'))).toMatchObject({
      format: 'raw',
      content: { partitions: 'none', fileSystem: 'ext4', bootsBios: false, bootsUefi: false },
    })
  })

  it('is told as damaged where its own header says so', async () => {
    await writeImage(at('corrupt.qcow2'), 'qcow2', content)
    await overwrite(at('corrupt.qcow2'), 79, '\x02')
    expect((await inspectLocalImage(at('corrupt.qcow2'))).isCorrupt).toBe(true)
  })

  it('inside another file is looked at where it lies', async () => {
    await writeImage(at('inner.vmdk'), 'vmdk', content, ['subformat=streamOptimized'])
    const inner = await readFile(at('inner.vmdk'))
    await writeFile(at('outer'), Buffer.concat([Buffer.alloc(1536, 'x'), inner, Buffer.alloc(9000, 'y')]))
    const part = { offsetBytes: 1536, sizeBytes: inner.length }
    expect(await inspectLocalImage(at('outer'), part, 'inner.vmdk')).toMatchObject({
      format: 'vmdk',
      capacityBytes: 16 * mib,
      content: { partitions: 'mbr', bootsBios: true },
    })
  })
})

describe('what is refused', () => {
  it.each<[string, () => Promise<string>, string, string]>([
    [
      'random bytes',
      () => made('random.img', Buffer.from(content.subarray(mib, 3 * mib))),
      'invalid-input',
      'a disk at all?',
    ],
    ['a text', () => made('notes.raw', Buffer.from('some notes\n'.repeat(200))), 'invalid-input', 'a disk at all?'],
    ['nothing', () => made('empty.qcow2', Buffer.alloc(0)), 'invalid-input', 'is empty'],
    ['an ISO', () => made('disk.raw.img', Buffer.from(isoBytes({ label: 'CD' }))), 'invalid-input', 'ISO image'],
    ['an image with /etc/passwd below it', () => overBase('/etc/passwd'), 'unsupported', 'differs from another'],
    ['an image over one in its own folder', () => overBase('beside.raw'), 'unsupported', 'differs from another'],
    ['an image that keeps its data in /etc/passwd', () => withDataFile(), 'unsupported', 'in another file'],
    [
      'a VMware disk whose piece is /etc/passwd',
      () => descriptor('/etc/passwd'),
      'unsupported',
      'outside of its folder',
    ],
    ['a VMware disk whose piece is above it', () => descriptor('../secret'), 'unsupported', 'outside of its folder'],
    [
      'a VMware disk whose piece is a network disk',
      () => descriptor('nbd:10.0.0.1:1'),
      'unsupported',
      'outside of its folder',
    ],
    ['a VMware disk whose piece is a link', () => descriptor('link.bin'), 'unsupported', 'is a link'],
    ['a VMware disk whose piece is missing', () => descriptor('gone.bin'), 'not-found', 'gone.bin is missing'],
    ['a VMware disk that is its own piece', () => descriptor('self.vmdk'), 'invalid-input', 'its own piece'],
    ['a VMware disk whose piece names other files', () => hostilePiece(), 'unsupported', 'in other files'],
    ['a VMware disk over another one', () => childVmdk(), 'unsupported', 'differs from another'],
    ['a VMware disk that is a description inside', () => emptyVmdk(), 'unsupported', 'in other files'],
    ['a VMware disk over another one, whose header hides it', () => hiddenChildVmdk(), 'unsupported', 'differs from'],
    ['a VDI over another one', () => childVdi(), 'unsupported', 'differs from another'],
    ['a VHDX over another one', () => childVhdx(), 'unsupported', 'differs from another'],
    ['an image with a feature of later times', () => unknownFeature(), 'unsupported', 'feature that is not known'],
    ['a VHD over another one', () => childVhd(), 'unsupported', 'differs from another'],
    ['an image cut in its header', () => cut('qcow2', 40), 'invalid-input', 'damaged'],
    ['an image cut in its tables', () => cut('qcow2', 150_000), 'invalid-input', 'ends too early'],
    ['a VDI cut in its content', () => cut('vdi', 2 * mib), 'invalid-input', 'ends too early'],
    ['a VHD cut in its content', () => cut('vpc', 2 * mib), 'invalid-input', 'ends too early'],
    ['a VHDX cut in its content', () => cut('vhdx', 9 * mib), 'invalid-input', 'damaged'],
    ['an image that says it is 8 exbibytes', () => giant(2n ** 62n), 'invalid-input', 'damaged'],
    ['an image that says it is 1 pebibyte', () => giant(2n ** 50n), 'invalid-input', 'no disk of a machine'],
    ['an encrypted image', () => encrypted(), 'unsupported', 'encrypted'],
    [
      'a QED image',
      () => made('old.qed', Buffer.concat([Buffer.from('QED\0'), Buffer.alloc(2 * mib)])),
      'unsupported',
      'a QED image',
    ],
    ['a folder', () => Promise.resolve(folder), 'invalid-input', 'not a file'],
    ['a file that is not there', () => Promise.resolve(at('nothing')), 'not-found', 'no file'],
    ['a pipe', () => pipe(), 'invalid-input', 'not a file'],
    ['a relative path', () => Promise.resolve('disk.qcow2'), 'invalid-input', 'slash'],
  ])('is %s', async (_what, make, code, words) => {
    const error = await inspectLocalImage(await make()).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'StrataError', code, data: { field: 'source' } })
    expect((error as Error).message).toContain(words)
  })

  it('is another format’s header in what somebody calls raw', async () => {
    // A guest with a raw disk could have written it there, to have the host’s files opened.
    const path = await overBase('/etc/passwd')
    await copyFile(path, at('guest-disk.raw'))
    await expect(inspectLocalImage(at('guest-disk.raw'))).rejects.toThrow('differs from another')
  })
})

async function made(name: string, bytes: Uint8Array = Buffer.alloc(0)): Promise<string> {
  await writeFile(at(name), bytes)
  return at(name)
}

async function overBase(base: string): Promise<string> {
  const path = at(`over-${base.replaceAll('/', '-')}.qcow2`)
  if (!base.startsWith('/')) await made(base, content)
  await qemuImg('create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', path)
  return path
}

async function withDataFile(): Promise<string> {
  await qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${at('data.raw')}`, at('external.qcow2'), '1M')
  return at('external.qcow2')
}

async function descriptor(piece: string, kind = 'FLAT'): Promise<string> {
  await mkdir(at('pieces'), { recursive: true })
  await symlink('/etc/passwd', join(at('pieces'), 'link.bin')).catch(() => undefined) // made once for all of them
  const path = join(at('pieces'), piece === 'self.vmdk' ? 'self.vmdk' : 'hostile.vmdk')
  const lines = [
    '# Disk DescriptorFile',
    'version=1',
    'CID=12345678',
    'parentCID=ffffffff',
    `createType="${kind === 'FLAT' ? 'monolithicFlat' : 'twoGbMaxExtentSparse'}"`,
    `RW 2048 ${kind} "${piece}"${kind === 'FLAT' ? ' 0' : ''}`,
  ]
  await writeFile(path, lines.join('\n'))
  return path
}

/** QEMU takes a piece without a capacity for a description, and opens whatever that names. */
async function hostilePiece(): Promise<string> {
  const path = await descriptor('hostile-s001.vmdk', 'SPARSE')
  await copyFile(await emptyVmdk(), join(at('pieces'), 'hostile-s001.vmdk'))
  return path
}

async function childVmdk(): Promise<string> {
  await writeImage(at('child.vmdk'), 'vmdk', content)
  const position = (await readFile(at('child.vmdk'))).indexOf('createType')
  await overwrite(at('child.vmdk'), position, 'parentFileNameHint="/etc/passwd"\n')
  return at('child.vmdk')
}

/** QEMU looks for the parent at byte 512, wherever the header says that the description is. */
async function hiddenChildVmdk(): Promise<string> {
  const path = await childVmdk()
  await overwrite(path, 28, Buffer.alloc(8))
  return path
}

async function childVdi(): Promise<string> {
  await writeImage(at('child.vdi'), 'vdi', content)
  await overwrite(at('child.vdi'), 0x1a8, Buffer.alloc(16, 7))
  return at('child.vdi')
}

async function childVhdx(): Promise<string> {
  await writeImage(at('child.vhdx'), 'vhdx', content)
  const metadataAt = (await readFile(at('child.vhdx'))).indexOf('metadata')
  const file = await open(at('child.vhdx'))
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, metadataAt + 32 + 16)
  await file.close()
  await overwrite(at('child.vhdx'), metadataAt + buffer.readUInt32LE(0) + 4, '\x02')
  return at('child.vhdx')
}

async function unknownFeature(): Promise<string> {
  await writeImage(at('later.qcow2'), 'qcow2', content)
  await overwrite(at('later.qcow2'), 78, '\x01')
  return at('later.qcow2')
}

async function emptyVmdk(): Promise<string> {
  await writeImage(at('inside.vmdk'), 'vmdk', content)
  await overwrite(at('inside.vmdk'), 12, Buffer.alloc(8))
  return at('inside.vmdk')
}

async function childVhd(): Promise<string> {
  await writeImage(at('child.vhd'), 'vpc', content)
  await overwrite(at('child.vhd'), 60, '\0\0\0\x04')
  return at('child.vhd')
}

async function cut(format: string, bytes: number, options: readonly string[] = []): Promise<string> {
  const path = at(`cut.${format}`)
  await writeImage(path, format, content, options)
  await truncate(path, bytes)
  return path
}

async function giant(capacityBytes: bigint): Promise<string> {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(capacityBytes)
  await qemuImg('create', '-q', '-f', 'qcow2', '-o', 'cluster_size=2M', at('giant.qcow2'), '1M')
  if (capacityBytes <= 2n ** 50n) await qemuImg('resize', '-q', at('giant.qcow2'), String(capacityBytes))
  else await overwrite(at('giant.qcow2'), 24, size)
  return at('giant.qcow2')
}

async function encrypted(): Promise<string> {
  const secret = ['--object', 'secret,id=key,data=abc']
  await qemuImg(
    'create',
    '-q',
    ...secret,
    '-f',
    'qcow2',
    '-o',
    'encrypt.format=aes,encrypt.key-secret=key',
    at('luks.qcow2'),
    '1M',
  )
  return at('luks.qcow2')
}

async function pipe(): Promise<string> {
  await run('mkfifo', [at('pipe')])
  return at('pipe')
}
