import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { convertScreen } from './convert-screen.ts'
import { scaledDown, type Pixels } from './pixels.ts'
import { decodePng, encodePng } from './png.ts'
import { decodePpm } from './ppm.ts'
import { screenAsPng } from './screen-picture.ts'
import { ScreenShots } from './screen-shots.ts'

const picture = fc
  .record({ widthPx: fc.integer({ min: 1, max: 40 }), heightPx: fc.integer({ min: 1, max: 30 }) })
  .chain(({ widthPx, heightPx }) =>
    fc
      .uint8Array({ minLength: widthPx * heightPx * 3, maxLength: widthPx * heightPx * 3 })
      .map((rgb): Pixels => ({ widthPx, heightPx, rgb })),
  )

function ppm({ widthPx, heightPx, rgb }: Pixels): Uint8Array {
  return new Uint8Array([...new TextEncoder().encode(`P6\n# a guest's screen\n${widthPx} ${heightPx}\n255\n`), ...rgb])
}

/** A PNG whose rows use the given filters, written without the code under test. */
function filteredPng({ widthPx, heightPx, rgb }: Pixels, filterOf: (y: number) => number): Uint8Array {
  const rowBytes = widthPx * 3
  const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : (rgb[y * rowBytes + x] ?? 0))
  const rows: number[] = []
  for (let y = 0; y < heightPx; y += 1) {
    const filter = filterOf(y)
    rows.push(filter)
    for (let x = 0; x < rowBytes; x += 1) {
      const [a, b, c] = [at(x - 3, y), at(x, y - 1), x < 3 ? 0 : at(x - 3, y - 1)]
      const byDistance = [a, b, c].sort((one, other) => Math.abs(a + b - c - one) - Math.abs(a + b - c - other))
      const guess = [0, a, b, Math.floor((a + b) / 2), byDistance[0] ?? 0][filter] ?? 0
      rows.push((at(x, y) - guess + 256) % 256)
    }
  }
  const header = new Uint8Array(13)
  new DataView(header.buffer).setUint32(0, widthPx)
  new DataView(header.buffer).setUint32(4, heightPx)
  header.set([8, 2], 8)
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    ...[['IHDR', header] as const, ['IDAT', deflateSync(new Uint8Array(rows))] as const].map(([type, data]) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(data.length)
      return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
    }),
  ])
}

describe("a picture of a guest's screen", () => {
  it('comes back from PNG as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(picture, async (pixels) => {
        const back = await decodePng(await encodePng(pixels))
        expect(back?.widthPx).toBe(pixels.widthPx)
        expect(back?.rgb).toEqual(pixels.rgb)
      }),
    )
  })

  it('is read whatever row filter its writer chose', async () => {
    await fc.assert(
      fc.asyncProperty(picture, fc.integer({ min: 0, max: 4 }), async (pixels, first) => {
        const back = await decodePng(filteredPng(pixels, (y) => (first + y) % 5))
        expect(back?.rgb).toEqual(pixels.rgb)
      }),
    )
  })

  it('of an older QEMU, a PPM, becomes a PNG', async () => {
    const pixels = { widthPx: 2, heightPx: 1, rgb: Uint8Array.of(255, 0, 0, 0, 0, 255) }
    const png = await screenAsPng({ mime: 'image/x-portable-pixmap', data: ppm(pixels) }, 100)
    expect(await decodePng(png ?? new Uint8Array())).toMatchObject({ widthPx: 2, heightPx: 1, rgb: pixels.rgb })
  })

  it('is averaged when it is made smaller', () => {
    const rgb = Uint8Array.of(0, 0, 0, 200, 200, 200, 100, 0, 0, 100, 0, 0)
    expect(scaledDown({ widthPx: 2, heightPx: 2, rgb }, 1)).toEqual({
      widthPx: 1,
      heightPx: 1,
      rgb: Uint8Array.of(100, 50, 50),
    })
  })

  it('keeps its proportions and is never made larger', () => {
    const screen = { widthPx: 720, heightPx: 400, rgb: new Uint8Array(720 * 400 * 3) }
    expect(scaledDown(screen, 180)).toMatchObject({ widthPx: 180, heightPx: 100 })
    expect(scaledDown(screen, 1000)).toBe(screen)
  })

  it('that is noise, cut short, or claims an absurd size is refused without taking memory for it', async () => {
    const whole = await encodePng({ widthPx: 8, heightPx: 8, rgb: new Uint8Array(192).fill(7) })
    for (let length = 0; length < whole.length - 12; length += 1)
      expect(await decodePng(whole.subarray(0, length))).toBeNull()
    const huge = whole.slice()
    new DataView(huge.buffer).setUint32(16, 0x7fffffff)
    expect(await decodePng(huge)).toBeNull()
    expect(decodePpm(new TextEncoder().encode('P6 99999 99999 255\n'))).toBeNull()
    expect(await screenAsPng({ mime: 'image/png', data: new TextEncoder().encode('GIF89a') }, 100)).toBeNull()
  })

  it('larger than 4096 × 2304 is refused by its head, and one just so large is not', async () => {
    const rows = (widthPx: number, heightPx: number) => {
      const one = { widthPx: 1, heightPx: 1, rgb: new Uint8Array(3) }
      const png = Buffer.from(filteredPng(one, () => 0))
      png.writeUInt32BE(widthPx, 16)
      png.writeUInt32BE(heightPx, 20)
      const data = deflateSync(Buffer.alloc((widthPx * 3 + 1) * heightPx))
      const length = Buffer.alloc(4)
      length.writeUInt32BE(data.length)
      return Buffer.concat([png.subarray(0, 33), length, Buffer.from('IDAT'), data, Buffer.alloc(4)])
    }
    expect(await convertScreen(rows(4096, 2305), 100)).toBeNull()
    expect(await convertScreen(rows(8192, 64), 100)).toBeNull()
    expect(await decodePng((await convertScreen(rows(4096, 2304), 100)) ?? new Uint8Array())).toMatchObject({
      widthPx: 100,
    })
  })

  it('is converted by a worker: the loop of the engine turns meanwhile', async () => {
    const data = await encodePng({ widthPx: 2048, heightPx: 1024, rgb: new Uint8Array(2048 * 1024 * 3).fill(9) })
    await screenAsPng({ mime: 'image/png', data }, 16) // the worker has started
    const here = performance.eventLoopUtilization()
    const png = await screenAsPng({ mime: 'image/png', data }, 320)
    const { utilization } = performance.eventLoopUtilization(here)
    expect(await decodePng(png ?? new Uint8Array())).toMatchObject({ widthPx: 320, heightPx: 160 })
    expect(utilization).toBeLessThan(0.5) // on the loop itself it would be 1
  })

  it('that took long is given again, not taken again, until the machine has rested', async () => {
    const clock = { nowMs: 0 }
    let taken = 0
    const convert = () => {
      clock.nowMs += 400
      return Promise.resolve(Uint8Array.of(1))
    }
    const read = () => {
      taken += 1
      return Promise.resolve({ mime: 'image/png', data: new Uint8Array() })
    }
    const shots = new ScreenShots(convert, () => clock.nowMs)
    const first = await shots.take('a', 100, read)
    expect(await shots.take('a', 100, read)).toBe(first)
    await shots.take('b', 100, read)
    expect(taken).toBe(2)
    clock.nowMs += 4_001
    await shots.take('a', 100, read)
    expect(taken).toBe(3)
  })
})
