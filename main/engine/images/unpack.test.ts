import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { findProgram } from '../this-computer/find-program.ts'
import { unpack } from './unpack.ts'

const content = Buffer.concat([randomBytes(1024 ** 2), Buffer.alloc(3 * 1024 ** 2)])
const programs = { xz: await findProgram('xz'), zst: await findProgram('zstd') }

describe('unpacking an image', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unpack-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const pack = (kind: 'xz' | 'gz' | 'zst') =>
    kind === 'gz'
      ? gzipSync(content)
      : execFileSync(programs[kind] ?? '', ['-c'], { input: content, maxBuffer: 64 * 1024 ** 2 })
  const kinds = (['gz', 'xz', 'zst'] as const).filter((kind) => kind === 'gz' || programs[kind] !== null)

  async function unpackBytes(packed: Buffer, kind: 'xz' | 'gz' | 'zst', signal = new AbortController().signal) {
    const [path, to] = [join(folder, 'packed'), join(folder, 'unpacked')]
    await writeFile(path, packed)
    const read: number[] = []
    await unpack(path, kind, to, { signal, onProgress: (bytes) => read.push(bytes) })
    return { unpacked: await readFile(to), readBytes: read.at(-1) }
  }
  const leavesNothing = () => expect(access(join(folder, 'unpacked'))).rejects.toMatchObject({ code: 'ENOENT' })

  it.each(kinds)('gives what was packed with %s, and tells how far it is', async (kind) => {
    const packed = pack(kind)
    const { unpacked, readBytes } = await unpackBytes(packed, kind)
    expect(unpacked.equals(content)).toBe(true)
    expect(readBytes).toBe(packed.length)
  })

  it.each(kinds)('leaves nothing of a file that is damaged: %s', async (kind) => {
    await expect(unpackBytes(pack(kind).subarray(0, 600_000), kind)).rejects.toMatchObject({ code: 'invalid-input' })
    await leavesNothing()
    await expect(unpackBytes(Buffer.from('nothing of the kind'), kind)).rejects.toMatchObject({ code: 'invalid-input' })
    await leavesNothing()
  })

  it.each(kinds)('ends when it is cancelled, and leaves nothing: %s', async (kind) => {
    const cancelled = new Error('cancelled')
    await expect(unpackBytes(pack(kind), kind, AbortSignal.abort(cancelled))).rejects.toBe(cancelled)
    await leavesNothing()
  })
})
