import { inflateSync } from 'node:zlib'

export interface Pixels {
  width: number
  height: number
  /** Whether a pixel is lighter than half grey; all that a text screen needs. */
  isLight(x: number, y: number): boolean
}

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 4: 2, 6: 4 } // by PNG colour type

/** Decodes the kinds of PNG that QEMU writes: eight bits a channel, not interlaced. */
export function readPng(png: Buffer): Pixels {
  if (png.toString('latin1', 1, 4) !== 'PNG') throw new TypeError('not a PNG')
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const channels = CHANNELS[png.readUInt8(25)]
  if (png.readUInt8(24) !== 8 || channels === undefined || png.readUInt8(28) !== 0) {
    throw new TypeError('a kind of PNG that QEMU does not write')
  }
  const bytes = unfilter(inflateSync(imageData(png)), width * channels, height, channels)
  // By its green: a text screen's red letters on grey, and white ones on red, differ in it.
  const green = channels < 3 ? 0 : 1
  const isLight = (x: number, y: number) => (bytes[(y * width + x) * channels + green] ?? 0) > 127
  return { width, height, isLight }
}

function imageData(png: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let offset = 8; offset < png.length;) {
    const length = png.readUInt32BE(offset)
    if (png.toString('latin1', offset + 4, offset + 8) === 'IDAT') {
      parts.push(png.subarray(offset + 8, offset + 8 + length))
    }
    offset += length + 12
  }
  return Buffer.concat(parts)
}

/** Undoes the filters of PNG (RFC 2083, section 6): each line is stored as differences to its neighbours. */
function unfilter(data: Buffer, lineBytes: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(lineBytes * height)
  for (let y = 0; y < height; y++) {
    const from = y * (lineBytes + 1)
    const filter = data[from] ?? 0
    for (let x = 0; x < lineBytes; x++) {
      const left = x < step ? 0 : (out[y * lineBytes + x - step] ?? 0)
      const above = y === 0 ? 0 : (out[(y - 1) * lineBytes + x] ?? 0)
      const corner = x < step || y === 0 ? 0 : (out[(y - 1) * lineBytes + x - step] ?? 0)
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0
      out[y * lineBytes + x] = (data[from + 1 + x] ?? 0) + guess
    }
  }
  return out
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner
  const distances = [left, above, corner].map((value) => Math.abs(estimate - value))
  const nearest = Math.min(...distances)
  return [left, above, corner][distances.indexOf(nearest)] ?? 0
}
