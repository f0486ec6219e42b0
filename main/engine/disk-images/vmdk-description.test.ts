import { execFile } from 'node:child_process'
import { mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { patternedDisk, writeImage } from '../testing/patterned-disk.ts'
import { findProgram } from '../this-computer/find-program.ts'
import { readImageInfo } from './image-info.ts'
import { imageSandbox } from './image-sandbox.ts'
import { runImageTool, toolLimits } from './image-tool.ts'
import { inspectLocalImage } from './inspect-part.ts'
import { givenPath, withOpenImage } from './open-image.ts'
import { readVmdkDescription, writeVmdkDescription } from './vmdk-description.ts'

const run = promisify(execFile)
const secretText = 'a pretended private key\n'

vi.setConfig({ testTimeout: 120_000 }) // a program for every look, on machines that may be busy

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmdk-'))
  await writeFile(at('secret'), secretText.repeat(200))
  for (const name of ['a.vmdk', 'b.vmdk']) await writeFile(at(name), patternedDisk().subarray(0, 1024 ** 2))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const head = ['# Disk DescriptorFile', 'version=1', 'CID=12345678', 'parentCID=ffffffff']
const flat = [...head, 'createType="twoGbMaxExtentFlat"', 'RW 2048 FLAT "a.vmdk" 0']

/** The files that QEMU opens when it is given the stranger's text itself. */
async function asQemuReads(text: string): Promise<string[] | null> {
  await writeFile(at('theirs.vmdk'), text)
  try {
    const { stdout } = await run('qemu-img', ['info', '--output=json', '-f', 'vmdk', at('theirs.vmdk')])
    const answer = JSON.parse(stdout) as { 'format-specific': { data: { extents: { filename: string }[] } } }
    return answer['format-specific'].data.extents.map(({ filename }) => filename)
  } catch {
    return null
  }
}

function oursOrNull(text: string) {
  try {
    return readVmdkDescription(text, 'theirs.vmdk')
  } catch {
    return null
  }
}

describe('the description of a VMware disk', () => {
  it('of an ESX host is read, with all that stands in it beside the disk', () => {
    const text = [
      '# Disk DescriptorFile',
      'version=1',
      'encoding="UTF-8"',
      'CID=fffffffe',
      'parentCID=ffffffff',
      'isNativeSnapshot="no"',
      'createType="vmfs"',
      '',
      '# Extent description',
      'RW 2048 VMFS "web-flat.vmdk"',
      '',
      '# The Disk Data Base ',
      '#DDB',
      '',
      'ddb.adapterType = "lsilogic"',
      'ddb.uuid = "60 00 C2 9a 51 fd 3a 46-d3 15 5d a6 3c 1b 8d 3e"',
      '',
    ].join('\r\n')
    const extents = [{ kind: 'FLAT', sectors: 2048, fileName: 'web-flat.vmdk', offsetSectors: 0 }]
    expect(readVmdkDescription(text, 'web.vmdk')).toEqual({ layout: 'vmfs', extents })
  })

  // Each of them is read by QEMU as an extent, or as another file below; a reader line by line may not see them.
  const hostile = (secret: string): [string, string][] => {
    return [
      ['a number with a sign', `RW +8 FLAT "${secret}" 0`],
      ['an extent over several lines', `RW\n8\nFLAT\n"${secret}" 0`],
      ['an extent behind a tab and a carriage return', `RW 8\tFLAT\r"${secret}" 0`],
      ['an extent behind a vertical tab', `\vRW 8 FLAT "${secret}" 0`],
      ['an extent behind a form feed', `\fRW 8 FLAT "${secret}" 0`],
      ['a path', `RW 8 FLAT "${secret}" 0`],
      ['a path above', `RW 8 FLAT "..${secret}" 0`],
      ['a protocol', 'RW 8 FLAT "nbd:127.0.0.1:1" 0'],
      ['a special name', 'RW 8 FLAT "json:{}" 0'],
      ['an offset with a sign', `RW 8 FLAT "${secret}" +0`],
      ['something behind the extent', `RW 8 FLAT "a.vmdk" 0 RW 8 FLAT "${secret}" 0`],
      ['a comment that an extent follows within the line', `#\rRW 8 FLAT "${secret}" 0`],
      ['text behind a zero byte', `\0RW 8 FLAT "${secret}" 0`],
      ['another spelling of the access', `rw 8 FLAT "${secret}" 0`],
      ['an extent that may be read only', `RDONLY 8 FLAT "a.vmdk" 0`],
      ['a kind of extent that has no file', 'RW 8 ZERO'],
      ['a kind of other systems', 'RW 8 VMFSRAW "a.vmdk"'],
      ['a parent', `parentFileNameHint="${secret}"`],
      ['a parent in other letters', `PARENTFILENAMEHINT = "${secret}"`],
      ['a second layout', 'createType="monolithicFlat"'],
      ['a key that nobody knows', 'digestFilename="secret"'],
      ['a line separator of other alphabets', `\u2028RW 8 FLAT "${secret}" 0`],
    ]
  }
  it.each(hostile('').map(([what]) => what))(
    'with %s is refused, and the file that it leads to is in nothing',
    async (what) => {
      const line = hostile(at('secret')).find(([each]) => each === what)?.[1] ?? ''
      const path = at('hostile.vmdk')
      for (const text of [
        [...flat, line],
        [...flat.slice(0, 5), line, ...flat.slice(5)],
        [line, ...flat],
      ]) {
        await writeFile(path, text.join('\n'))
        await expect(inspectLocalImage(path)).rejects.toMatchObject({ name: 'StrataError', data: { field: 'source' } })
      }
    },
  )

  it.each([
    ['no layout', [...head, flat[5]]],
    ['a layout that is not known', [...head, 'createType="custom"', flat[5]]],
    ['pieces of another kind than its layout', [...head, 'createType="twoGbMaxExtentSparse"', flat[5]]],
    ['a parent’s mark', ['# Disk DescriptorFile', 'version=1', 'parentCID=12345678', ...flat.slice(4)]],
    ['nothing in it', head],
    ['a piece of no length', [...flat, 'RW 0 FLAT "b.vmdk" 0']],
    ['a piece that is larger than any disk', [...flat, 'RW 999999999999999 FLAT "b.vmdk" 0']],
  ])('with %s is refused', (_what, lines) => {
    expect(() => readVmdkDescription(lines.join('\n'), 'x.vmdk')).toThrow()
  })

  it('whose piece is shorter than it says is damaged', async () => {
    await writeFile(at('short.vmdk'), [...head, 'createType="monolithicFlat"', 'RW 9999 FLAT "a.vmdk" 0'].join('\n'))
    await expect(inspectLocalImage(at('short.vmdk'))).rejects.toThrow('ends too early')
  })

  it('that is accepted names the files that QEMU would open, and ours names exactly those, whatever else is tried', async () => {
    const words = [
      'RW',
      'rw',
      '8',
      '+8',
      '2048',
      '-1',
      'FLAT',
      'SPARSE',
      'VMFS',
      '"a.vmdk"',
      '"b.vmdk"',
      '0',
      '+0',
      '#',
    ]
    const more = ['createType="vmfs"', 'ddb.x="1"', `"${at('secret')}"`, 'parentCID=ffffffff', 'RW 8 FLAT "b.vmdk" 0']
    const blanks = [' ', ' ', '\n', '\t', '\r\n', '\r', '\v', '  ']
    const piece = fc
      .tuple(fc.constantFrom(...words, ...more), fc.constantFrom(...blanks))
      .map(([one, two]) => one + two)
    const whole = fc.constantFrom('RW 8 FLAT "b.vmdk" 0\n', 'RW 2048 FLAT "a.vmdk" 0\r\n', 'ddb.a = "b"\n', '# x\n')
    const tail = fc.oneof(fc.array(piece, { maxLength: 8 }), fc.array(whole, { maxLength: 4 }))
    await fc.assert(
      fc.asyncProperty(tail, async (pieces) => {
        const text = `${flat.join('\n')}\n${pieces.join('')}`
        const ours = oursOrNull(text)
        if (ours === null) return // refused: nothing is opened
        const named = ours.extents.map(({ fileName }) => at(fileName))
        const theirs = await asQemuReads(text)
        if (theirs !== null) expect(new Set(theirs)).toEqual(new Set(named))
        const own = writeVmdkDescription(ours, named)
        expect(await asQemuReads(own)).toEqual(named)
      }),
      { numRuns: 150 },
    )
  })
})

describe('a stranger’s image', () => {
  it('that was exchanged after the look at it is not opened', async () => {
    await writeImage(at('disk.qcow2'), 'qcow2', patternedDisk())
    const { source } = await inspectLocalImage(at('disk.qcow2'))
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', at('secret'), '-F', 'raw', at('other.qcow2')])
    await rename(at('other.qcow2'), at('disk.qcow2'))
    await expect(readImageInfo(source, 'disk.qcow2')).rejects.toThrow('was changed while it was looked at')
  })

  it('that was written to meanwhile is not taken, even where its times were set back', async () => {
    await writeImage(at('times.qcow2'), 'qcow2', patternedDisk())
    const { source } = await inspectLocalImage(at('times.qcow2'))
    const using = withOpenImage(source, async () => {
      const file = await open(at('times.qcow2'), 'r+')
      const { atime, mtime } = await file.stat()
      await file.write('x', 4000)
      await file.utimes(atime, mtime)
      await file.close()
    })
    await expect(using).rejects.toThrow('was changed while it was looked at')
  })

  it('cannot reach a file that was not handed in, even where it gets past every look', async (context) => {
    // The second wall, tried without the first one: QEMU reads the stranger's own text.
    if ((await imageSandbox((await findProgram('qemu-img')) ?? '')) === null) context.skip('no sandbox here')
    await writeFile(
      at('past.vmdk'),
      [...head, 'createType="monolithicFlat"', `RW 8 FLAT "${at('secret')}" 0`].join('\n'),
    )
    const [theirs, target] = [await open(at('past.vmdk')), await open(at('copy.raw'), 'wx+')]
    const words = ['convert', '-f', 'vmdk', '-O', 'raw', givenPath(0), givenPath(1)]
    const descriptors = [theirs.fd, target.fd]
    const run = { limits: toolLimits.question, descriptors }
    expect((await runImageTool(words, { ...run, sees: 'given' })).errorText).toContain('No such file')
    expect((await readFile(at('copy.raw'))).length).toBe(0)
    expect((await runImageTool(words, { ...run, sees: 'files' })).exitCode).toBe(0) // so the attack itself works
    expect(await readFile(at('copy.raw'), 'utf8')).toContain(secretText)
    await theirs.close()
    await target.close()
  })
})

describe('qemu-img', () => {
  it('is ended when its time is over', async () => {
    const limits = { timeoutMs: 1, cpuSeconds: 1 }
    const run = { limits, descriptors: [], sees: 'given' } as const
    expect(await runImageTool(['--version'], run)).toMatchObject({ timedOut: true, exitCode: null })
  })
})
