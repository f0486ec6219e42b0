import { describe, expect, it } from 'vitest'

import { tarBytes, type TarMember } from '../../testing/ova-bytes.ts'
import { readTarEntries } from './tar-archive.ts'

const content = Buffer.from('some content')
const read = (bytes: Buffer) =>
  readTarEntries((at, length) => Promise.resolve(bytes.subarray(at, at + length)), bytes.length)
const readMembers = (...members: readonly TarMember[]) => read(tarBytes(members))
const pax = (...records: readonly string[]): TarMember => ({
  name: 'pax',
  type: 'x',
  content: Buffer.from(records.join('')),
})
/** A record of an extended header, which begins with its own length. */
function record(text: string): string {
  const rest = ` ${text}\n`
  const length = [1, 2, 3].map((digits) => digits + rest.length).find((sum, index) => String(sum).length === index + 1)
  return `${length}${rest}`
}

describe('a tar archive', () => {
  it('tells where each of its files lies', async () => {
    const bytes = tarBytes([
      { name: './folder/', type: '5', content: Buffer.alloc(0) },
      { name: './one.ovf', content },
      { name: 'two.vmdk', content: Buffer.alloc(1500, 1) },
      { name: 'three.mf', content },
    ])
    const entries = await read(bytes)
    expect(entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['one.ovf', 12],
      ['two.vmdk', 1500],
      ['three.mf', 12],
    ])
    for (const { name, offsetBytes, sizeBytes } of entries.filter((entry) => entry.sizeBytes === 12))
      expect([name, bytes.toString('utf8', offsetBytes, offsetBytes + sizeBytes)]).toEqual([name, 'some content'])
  })

  it('takes names and sizes from extended headers, for the next file alone', async () => {
    const long = `${'n'.repeat(150)}.vmdk`
    const entries = await readMembers(
      { name: 'ignored', type: 'L', content: Buffer.from('gnu-name.vmdk\0') },
      { name: 'cut', content },
      pax(record(`path=${long}`), record('size=12')),
      { name: 'also-cut', content },
      { name: 'plain', content },
    )
    expect(entries.map(({ name }) => name)).toEqual(['gnu-name.vmdk', long, 'plain'])
  })

  it('reads sizes beyond what octal digits hold', async () => {
    const bytes = tarBytes([{ name: 'large.vmdk', content: Buffer.alloc(0) }])
    const header = Buffer.from(bytes.subarray(0, 512))
    header.fill(0, 124, 136)
    header[124] = 0x80
    header.writeBigUInt64BE(20_000_000_000n, 128)
    header.write('        ', 148)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const entries = await readTarEntries(
      (at, length) => Promise.resolve(at === 0 ? header : Buffer.alloc(length)),
      20_000_002_048,
    )
    expect(entries).toEqual([{ name: 'large.vmdk', offsetBytes: 512, sizeBytes: 20_000_000_000 }])
  })

  it.each<[string, readonly TarMember[], string]>([
    ['a path out of it', [{ name: '../../etc/cron.d/x', content }], 'leads out'],
    ['an absolute path', [{ name: '/etc/passwd', content }], 'leads out'],
    ['a path out of it in an extended header', [pax(record('path=../../x')), { name: 'a', content }], 'leads out'],
    ['a symbolic link', [{ name: 'disk.vmdk', type: '2', content: Buffer.alloc(0) }], 'link or a device'],
    ['a hard link', [{ name: 'disk.vmdk', type: '1', content: Buffer.alloc(0) }], 'link or a device'],
    ['a device', [{ name: 'disk.vmdk', type: '4', content: Buffer.alloc(0) }], 'link or a device'],
    [
      'one name twice',
      [
        { name: 'a', content },
        { name: './a', content },
      ],
      'twice',
    ],
    ['a file that goes on after its end', [{ name: 'a', content, sizeBytes: 8_000_000 }], 'cut off'],
    [
      'an extended header of 8 MB',
      [
        { name: 'p', type: 'x', content: Buffer.alloc(8_000_000, 0x20) },
        { name: 'a', content },
      ],
      'too long',
    ],
    ['an extended header that is none', [pax('99 path=x\n'), { name: 'a', content }], 'damaged'],
    ['a size that cannot be', [pax(record('size=99999999999999999999')), { name: 'a', content }], 'cannot be'],
    [
      'thousands of files',
      Array.from({ length: 2000 }, (_, index) => ({ name: `f${index}`, content: Buffer.alloc(0) })),
      'more than',
    ],
  ])('refuses %s', async (_what, members, words) => {
    await expect(readMembers(...members)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(words) as string,
    })
  })

  it('refuses an archive that is cut in a header', async () => {
    const bytes = tarBytes([
      { name: 'a', content },
      { name: 'b', content },
    ])
    bytes[1024 + 20] = 0x41 // the second header's checksum no longer fits
    await expect(read(bytes)).rejects.toThrow('no header of a tar archive')
  })
})
