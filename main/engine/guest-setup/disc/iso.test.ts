import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readIsoImage } from '../../disk-images/iso-image.ts'
import type { ReadAt } from '../../read-at.ts'
import type { DiscFile } from './iso-tree.ts'
import { readIsoFile } from './read-iso.ts'
import { writeIso } from './write-iso.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const readerOf = (image: Uint8Array): ReadAt => {
  return (offset, length) => Promise.resolve(image.subarray(offset, offset + length))
}

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'iso-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** xorriso shares no line with ours: what it takes out of the image, as a map from path to text. */
function unpackedByXorriso(image: Uint8Array, names: 'rock-ridge' | 'joliet', files: readonly DiscFile[]) {
  const iso = join(folder, 'ours.iso')
  const into = mkdtempSync(join(folder, 'out-'))
  writeFileSync(iso, image)
  // Rock Ridge comes before Joliet unless it is switched off.
  const read = names === 'joliet' ? 'norock' : 'any'
  execFileSync('xorriso', ['-read_fs', read, '-osirrox', 'on', '-indev', iso, '-extract', '/', into], { stdio: 'pipe' })
  return files.map(({ path }) => Buffer.from(readFileSync(join(into, path))))
}

const seed: DiscFile[] = [
  { path: 'user-data', content: bytes('#cloud-config\n') },
  { path: 'meta-data', content: bytes('instance-id: x\n') },
  { path: 'user-data.more', content: new Uint8Array() },
  { path: 'openstack/latest/User Data.json', content: bytes('{}') },
  { path: 'openstack/2015-10-15/größe.txt', content: Buffer.alloc(5000, 'x') },
]

describe('an ISO image of ours', () => {
  it.each(['rock-ridge', 'joliet'] as const)('gives its files back through %s to another reader', (names) => {
    expect(unpackedByXorriso(writeIso('cidata', seed), names, seed)).toEqual(
      seed.map(({ content }) => Buffer.from(content)),
    )
  })

  it('is without fault to xorriso’s check', () => {
    const iso = join(folder, 'checked.iso')
    writeFileSync(iso, writeIso('OEMDRV', seed))
    const report = execFileSync('xorriso', ['-indev', iso, '-toc', '-check_media', '--'], { stdio: 'pipe' }).toString()
    expect(report).toContain('OEMDRV')
  })

  it('carries its label, which is how a guest finds it, in small letters too', async () => {
    expect((await readIsoImage(readerOf(writeIso('cidata', seed))))?.volumeLabel).toBe('cidata')
  })

  it('holds folders with more entries than a sector has room for', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      path: `all/file-number-${index}.txt`,
      content: bytes(String(index)),
    }))
    const image = writeIso('MANY', many)
    expect(unpackedByXorriso(image, 'joliet', many)).toEqual(many.map(({ content }) => Buffer.from(content)))
    expect(await readIsoFile(readerOf(image), 'all/file-number-299.txt', 100)).toEqual(Buffer.from('299'))
  })

  it('is the same for the same files', () => {
    expect(Buffer.compare(Buffer.from(writeIso('A', seed)), Buffer.from(writeIso('A', seed)))).toBe(0)
  })

  it.each(['', '../x', 'a//b', 'x'.repeat(101), 'a\0b', 'a;1'])('refuses the name “%s”', (path) => {
    expect(() => writeIso('A', [{ path, content: bytes('') }])).toThrow(TypeError)
  })

  it.each(['', 'seventeen-letters', 'with space'])('refuses the label “%s”', (label) => {
    expect(() => writeIso(label, [])).toThrow(TypeError)
  })

  it('refuses two files of one name', () => {
    expect(() => writeIso('A', [...seed, ...seed])).toThrow(/second file/)
  })

  it('of any files gives them back', async () => {
    const name = fc
      .string({ unit: fc.constantFrom(...'abcXYZ019-_. äß'), minLength: 1, maxLength: 30 })
      .filter((text) => !/^\.+$/.test(text))
    const paths = fc.uniqueArray(
      fc.array(name, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('/')),
      {
        minLength: 1,
        maxLength: 8,
        // A file cannot be a folder too, and readers take great and small letters for the same.
        selector: (path) => path.split('/')[0]?.toLowerCase(),
      },
    )
    await fc.assert(
      fc.asyncProperty(paths, fc.uint8Array({ maxLength: 5000 }), async (wanted, content) => {
        const image = writeIso(
          'ANY',
          wanted.map((path) => ({ path, content })),
        )
        for (const path of wanted) expect(await readIsoFile(readerOf(image), path, 5000)).toEqual(Buffer.from(content))
      }),
      { numRuns: 50 },
    )
  })
})

describe('a file of a foreign ISO image', () => {
  const kernel = Buffer.alloc(30_000, 'kernel')

  function foreignIso(name: string, options: readonly string[]) {
    const tree = mkdtempSync(join(folder, 'tree-'))
    for (const path of ['install.amd/vmlinuz', 'install.amd/a-rather-long-name-of-a-file.with.dots', 'casper/initrd']) {
      mkdirSync(dirname(join(tree, path)), { recursive: true })
      writeFileSync(join(tree, path), kernel)
    }
    const iso = join(folder, `${name}.iso`)
    execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', ...options, '-o', iso, tree], { stdio: 'pipe' })
    return readFileSync(iso)
  }

  it.each([
    ['Rock Ridge', ['-R']],
    ['Joliet', ['-J', '-joliet-long']],
    ['plain', ['-iso-level', '1']],
  ])('is found by its name through %s', async (_, options) => {
    const readAt = readerOf(foreignIso('plain', options))
    expect(await readIsoFile(readAt, '/casper/initrd', 2 ** 20)).toEqual(kernel)
    expect(await readIsoFile(readAt, '/casper/nothing', 2 ** 20)).toBeNull()
    expect(await readIsoFile(readAt, '/casper', 2 ** 20)).toBeNull()
  })

  it('is found by a long name where the image has such', async () => {
    for (const options of [['-R'], ['-J', '-joliet-long']]) {
      const readAt = readerOf(foreignIso('long', options))
      expect(await readIsoFile(readAt, '/install.amd/a-rather-long-name-of-a-file.with.dots', 2 ** 20)).toEqual(kernel)
    }
  })

  it('is refused where it is larger than allowed, and where the image ends in it', async () => {
    const image = foreignIso('cut', ['-R'])
    await expect(readIsoFile(readerOf(image), '/casper/initrd', 100)).rejects.toThrow(RangeError)
    const cut = image.subarray(0, image.indexOf('kernelkernel') + 1000)
    await expect(readIsoFile(readerOf(cut), '/casper/initrd', 2 ** 20)).rejects.toThrow(RangeError)
  })

  it('of an image that is damaged anywhere is read, refused or not found, in bounded time', async () => {
    const image = foreignIso('noise', ['-R', '-J'])
    const structures = image.indexOf('kernelkernel')
    const damage = fc.array(
      fc.tuple(fc.integer({ min: 16 * 2048, max: structures - 1 }), fc.integer({ min: 0, max: 255 })),
      { minLength: 1, maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = Buffer.from(image)
        for (const [at, value] of changes) damaged[at] = value
        await readIsoFile(readerOf(damaged), '/install.amd/vmlinuz', 2 ** 20).catch((error: unknown) => {
          expect(error).toBeInstanceOf(RangeError)
        })
      }),
    )
  })
})
