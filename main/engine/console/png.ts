import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { crc32, createInflate, deflate } from 'node:zlib'

import { fitsScreen, largestScreen, type Pixels } from './pixels.ts'

// PNG, second edition: chunks of length, type, data, CRC; the data is filtered row by row and deflated.
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const bytesPerPixel: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 } // by colour type, at 8 bits a sample
const deflateBytes = promisify(deflate)
/** Of a screen of the largest size without an alpha channel, with a filter for each row. */
const mostBytes = largestScreen.widthPx * largestScreen.heightPx * 3 + largestScreen.widthPx

export async function encodePng({ widthPx, heightPx, rgb }: Pixels): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, widthPx)
  view.setUint32(4, heightPx)
  header.set([8, 2, 0, 0, 0], 8)
  const rowBytes = widthPx * 3
  const rows = new Uint8Array((rowBytes + 1) * heightPx) // each row begins with its filter: 0, none
  for (let y = 0; y < heightPx; y += 1) rows.set(rgb.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1)
  return joined([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', await deflateBytes(rows)),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/** Null: not a PNG, or one of a kind that no QEMU writes (palette, 16 bits, interlaced). */
export async function decodePng(data: Uint8Array): Promise<Pixels | null> {
  const chunks = readChunks(data)
  if (chunks === null) return null
  const header = chunks.find(({ type }) => type === 'IHDR')?.data
  if (header?.length !== 13) return null
  const view = new DataView(header.buffer, header.byteOffset)
  const widthPx = view.getUint32(0)
  const heightPx = view.getUint32(4)
  const sampleBytes = bytesPerPixel[header[9] ?? -1]
  if (header[8] !== 8 || sampleBytes === undefined || header[12] !== 0) return null
  if (!fitsScreen(widthPx, heightPx)) return null
  const size = (widthPx * sampleBytes + 1) * heightPx
  if (size > mostBytes) return null
  const packed = chunks.filter(({ type }) => type === 'IDAT').map((one) => one.data)
  const rows = await inflated(packed, size)
  if (rows === null) return null
  return { widthPx, heightPx, rgb: toRgb(unfiltered(rows, widthPx * sampleBytes, heightPx, sampleBytes), sampleBytes) }
}

/** Written to its place piece by piece: joining the pieces at the end would hold everything twice. Null: not just so much. */
async function inflated(packed: readonly Uint8Array[], size: number): Promise<Uint8Array | null> {
  const out = new Uint8Array(size)
  const stream = createInflate({ chunkSize: 256 * 1024 })
  let at = 0
  try {
    Readable.from(packed, { objectMode: false })
      .on('error', () => undefined)
      .pipe(stream)
    for await (const piece of stream as AsyncIterable<Buffer>) {
      if (at + piece.length > size) return null
      out.set(piece, at)
      at += piece.length
    }
  } catch {
    return null // not what it says it is
  } finally {
    stream.destroy()
  }
  return at === size ? out : null
}

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
}

function readChunks(data: Uint8Array): Chunk[] | null {
  if (!signature.every((byte, index) => data[index] === byte)) return null
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const chunks: Chunk[] = []
  for (let at = 8; at + 12 <= data.length;) {
    const length = view.getUint32(at)
    if (at + 12 + length > data.length) return null
    chunks.push({
      type: String.fromCharCode(...data.subarray(at + 4, at + 8)),
      data: data.subarray(at + 8, at + 8 + length),
    })
    at += 12 + length
  }
  return chunks
}

/**
 * Undoes the row filters: each byte was stored as a difference to its left, upper or upper-left neighbour.
 * In place: what is written lies always before what is still to be read.
 */
function unfiltered(rows: Uint8Array, rowBytes: number, heightPx: number, sampleBytes: number): Uint8Array {
  const out = rows
  for (let y = 0; y < heightPx; y += 1) {
    const filter = rows[y * (rowBytes + 1)] ?? 0
    for (let x = 0; x < rowBytes; x += 1) {
      const to = y * rowBytes + x
      const left = x < sampleBytes ? 0 : (out[to - sampleBytes] ?? 0)
      const up = y === 0 ? 0 : (out[to - rowBytes] ?? 0)
      const upLeft = x < sampleBytes || y === 0 ? 0 : (out[to - rowBytes - sampleBytes] ?? 0)
      out[to] = (rows[y * (rowBytes + 1) + 1 + x] ?? 0) + predicted(filter, left, up, upLeft)
    }
  }
  return out.subarray(0, rowBytes * heightPx)
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4:
      return paeth(left, up, upLeft)
    default:
      return 0
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft
  const toLeft = Math.abs(estimate - left)
  const toUp = Math.abs(estimate - up)
  const toUpLeft = Math.abs(estimate - upLeft)
  if (toLeft <= toUp && toLeft <= toUpLeft) return left
  return toUp <= toUpLeft ? up : upLeft
}

function toRgb(samples: Uint8Array, sampleBytes: number): Uint8Array {
  if (sampleBytes === 3) return samples
  const count = samples.length / sampleBytes
  const rgb = new Uint8Array(count * 3)
  for (let pixel = 0; pixel < count; pixel += 1) {
    for (let sample = 0; sample < 3; sample += 1) {
      rgb[pixel * 3 + sample] = samples[pixel * sampleBytes + (sampleBytes < 3 ? 0 : sample)] ?? 0
    }
  }
  return rgb
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(new TextEncoder().encode(type), 4)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
