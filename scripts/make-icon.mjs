// Draws build/icon.svg into build/icons/, because the packagers take no drawing. The drawing is plates with
// round corners and nothing else, so that it needs no graphics library. electron-builder runs it as `beforePack`.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { crc32, deflateSync } from 'node:zlib'

const SIZE_PX = 512
/** Looks at each pixel in so many places, each way, that edges come out smooth. */
const SAMPLES = 4

/** @typedef {{ x: number, y: number, width: number, height: number, radius: number, colour: number[] }} Plate */

/**
 * @param {string} svg
 * @returns {{ unitsAcross: number, plates: Plate[] }}
 */
export function readPlates(svg) {
  const unitsAcross = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])
  const plates = [...svg.matchAll(/<rect ([^>]*)\/>/g)].map(([, text = '']) => {
    const value = (/** @type {string} */ name) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(text)?.[1] ?? ''
    const [x = NaN, y = NaN, width = NaN, height = NaN, radius = NaN] = ['x', 'y', 'width', 'height', 'rx'].map(
      (name) => Number(value(name)),
    )
    return { x, y, width, height, radius, colour: [...Buffer.from(value('fill').slice(1), 'hex')] }
  })
  return { unitsAcross, plates }
}

/** @param {Plate} plate @param {number} x @param {number} y */
function covers(plate, x, y) {
  const dx = Math.max(plate.x + plate.radius - x, x - (plate.x + plate.width - plate.radius), 0)
  const dy = Math.max(plate.y + plate.radius - y, y - (plate.y + plate.height - plate.radius), 0)
  return dx * dx + dy * dy <= plate.radius * plate.radius
}

/**
 * Colour and opacity of one pixel: the topmost plate at each of its sampling points, averaged.
 * @param {Plate[]} topFirst @param {number} left @param {number} top @param {number} size of a pixel, in units
 */
function pixel(topFirst, left, top, size) {
  const sum = [0, 0, 0]
  let covered = 0
  for (let row = 0; row < SAMPLES; row += 1) {
    for (let column = 0; column < SAMPLES; column += 1) {
      const x = left + ((column + 0.5) / SAMPLES) * size
      const y = top + ((row + 0.5) / SAMPLES) * size
      const plate = topFirst.find((each) => covers(each, x, y))
      if (plate === undefined) continue
      covered += 1
      for (let part = 0; part < 3; part += 1) sum[part] = (sum[part] ?? 0) + (plate.colour[part] ?? 0)
    }
  }
  const opacity = Math.round((covered / SAMPLES ** 2) * 255)
  return [...sum.map((part) => (covered === 0 ? 0 : Math.round(part / covered))), opacity]
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/**
 * @param {string} svg
 * @param {number} [sizePx] of both sides
 */
export function drawPng(svg, sizePx = SIZE_PX) {
  const { unitsAcross, plates } = readPlates(svg)
  const topFirst = plates.toReversed()
  const unit = unitsAcross / sizePx
  const rows = Array.from({ length: sizePx }, (_row, y) =>
    Buffer.from([
      0,
      ...Array.from({ length: sizePx }, (_pixel, x) => pixel(topFirst, x * unit, y * unit, unit)).flat(),
    ]),
  )
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]) // 8 bits a channel, with opacity
  header.writeUInt32BE(sizePx, 0)
  header.writeUInt32BE(sizePx, 4)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const inBuild = (/** @type {string} */ name) => fileURLToPath(new URL(`../build/${name}`, import.meta.url))
/** For desktops on Linux, which choose the nearest. */
const SIZES_PX = [16, 24, 32, 48, 64, 128, 256, 512]

export default async function makeIcon() {
  const drawing = await readFile(inBuild('icon.svg'), 'utf8')
  await mkdir(inBuild('icons'), { recursive: true })
  for (const size of SIZES_PX) await writeFile(inBuild(`icons/${size}x${size}.png`), drawPng(drawing, size))
}
