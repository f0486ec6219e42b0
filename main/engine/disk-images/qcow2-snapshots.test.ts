import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { qemuImg } from '../testing/patterned-disk.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import { readInnerPoints, readPointTable } from './qcow2-snapshots.ts'

vi.setConfig({ testTimeout: 60_000 }) // a program for every point

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'points-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A header and a table of points, as whoever makes an image may write it. */
function imageOf(count: number, entries: Buffer): Buffer {
  const header = Buffer.alloc(512)
  header.writeUInt32BE(0x51_46_49_fb, 0)
  header.writeUInt32BE(count, 60)
  header.writeBigUInt64BE(512n, 64)
  return Buffer.concat([header, entries])
}

function entry(name: string, extraBytes = 16): Buffer {
  const bytes = Buffer.alloc(Math.ceil((40 + extraBytes + name.length) / 8) * 8)
  bytes.writeUInt16BE(name.length, 14)
  bytes.writeUInt32BE(extraBytes, 36)
  bytes.write(name, 40 + extraBytes)
  return bytes
}

describe('the table of points in an image', () => {
  it('is read whole, as QEMU wrote it', async () => {
    const path = join(folder, 'real.qcow2')
    await qemuImg('create', '-q', '-f', 'qcow2', path, '1M')
    const names = Array.from({ length: 12 }, (_, index) => `point ${index} ${'ü'.repeat(index * 8)}`)
    for (const name of names) await qemuImg('snapshot', '-c', name, path)
    expect([...((await readInnerPoints(ownFiles, path))?.keys() ?? [])]).toEqual(names)
  })

  it('is read in few pieces, however many points it has', async () => {
    const count = 4_096
    const image = imageOf(count, Buffer.concat(Array.from({ length: count }, (_, index) => entry(`p${index}`))))
    let [reads, readBytes] = [0, 0]
    const points = await readPointTable((position, length) => {
      const piece = image.subarray(position, position + length)
      reads += 1
      readBytes += piece.length
      return Promise.resolve(piece)
    })
    expect(points?.size).toBe(count)
    expect(reads).toBeLessThan(20)
    expect(readBytes).toBeLessThan(2 * image.length)
  })

  it('may hold an entry as long as the format allows', async () => {
    const long = entry('x'.repeat(65_535), 1024)
    const path = join(folder, 'long.qcow2')
    await writeFile(path, imageOf(3, Buffer.concat([entry('first'), long, entry('last')])))
    expect([...((await readInnerPoints(ownFiles, path))?.keys() ?? [])].map((name) => name.length)).toEqual([
      5, 65_535, 4,
    ])
  })

  it.each([
    ['with more points than anybody takes', imageOf(4_097, Buffer.alloc(64))],
    ['whose entries end beyond the file', imageOf(2, entry('one'))],
    ['that is none', imageOf(1, Buffer.alloc(20))],
  ])('%s is not believed', async (_what, image) => {
    const path = join(folder, 'hostile.qcow2')
    await writeFile(path, image)
    expect(await readInnerPoints(ownFiles, path)).toBeNull()
  })

  it('that begins beyond all files is not believed', async () => {
    const path = join(folder, 'beyond.qcow2')
    await writeFile(path, imageOf(1, entry('one')))
    const file = await open(path, 'r+')
    await file.write(Buffer.alloc(8, 0xff), 0, 8, 64)
    await file.close()
    expect((await stat(path)).size).toBeGreaterThan(72)
    expect(await readInnerPoints(ownFiles, path)).toBeNull()
  })
})
