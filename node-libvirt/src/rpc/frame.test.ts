import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProtocolError } from '../errors.ts'
import { FRAME_MAX_BYTES, FrameReader, HEADER_BYTES } from './frame.ts'

function message(bodyBytes: number, fill: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + bodyBytes, fill)
  bytes.writeUInt32BE(bytes.length, 0)
  return bytes
}

function lengthWord(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

function readAll(chunks: Iterable<Buffer>): Buffer[] {
  const frames: Buffer[] = []
  const reader = new FrameReader((bytes, start, end) => frames.push(Buffer.from(bytes.subarray(start, end))))
  for (const chunk of chunks) reader.push(chunk)
  return frames
}

describe('a frame reader', () => {
  it('finds the same frames however the bytes were split or joined', () => {
    const bodies = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 40 }), (sizes, cuts) => {
        const frames = sizes.map((size, i) => message(size, i + 1))
        const all = Buffer.concat(frames)
        const chunks: Buffer[] = []
        let at = 0
        for (const cut of cuts) chunks.push(all.subarray(at, (at += cut)))
        chunks.push(all.subarray(at))
        expect(readAll(chunks.filter((chunk) => chunk.length > 0))).toEqual(frames)
      }),
    )
  })

  it.each([
    [1, 5_000],
    [61, 400_000], // more than is taken on trust, so that the memory grows as it comes
  ])('finds frames in pieces of %i bytes', (pieceBytes, bodyBytes) => {
    const frames = [message(0, 1), message(5, 2), message(bodyBytes, 3)]
    const bytes = Buffer.concat(frames)
    function* pieces() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    }
    expect(readAll(pieces())).toEqual(frames)
  })

  it.each([0, 27, FRAME_MAX_BYTES + 1, 0xffff_ffff])('refuses a length of %i', (length) => {
    expect(() => readAll([lengthWord(length)])).toThrow(ProtocolError)
    const single = [...lengthWord(length)].map((byte) => Buffer.of(byte))
    expect(() => readAll(single)).toThrow(ProtocolError)
  })

  it('takes little memory for a length that only claims to be large', () => {
    const before = process.memoryUsage().arrayBuffers
    const readers = Array.from({ length: 50 }, () => {
      const reader = new FrameReader(() => undefined)
      reader.push(lengthWord(FRAME_MAX_BYTES))
      return reader
    })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(readers.length * 1_048_576)
  })

  it('hands nothing out after it was stopped, not even what came in the same chunk', () => {
    let count = 0
    const reader = new FrameReader(() => {
      count++
      reader.stop()
    })
    reader.push(Buffer.concat([message(0, 1), message(0, 2)]))
    expect(count).toBe(1)
  })
})
