import { readFileSync } from 'node:fs'

import { readPng, type Pixels } from './png-pixels.ts'

const CELL = { width: 9, height: 16 } // VGA text mode: eight columns of the font and a gap
const FONT_BYTES = 256 * CELL.height

/** The capital A of the font in the video BIOS, by which the font is found in it. */
const LETTER_A = Buffer.from('000010386cc6c6fec6c6c6c600000000', 'hex')

/** Glyph (16 rows of 8 pixels, as hex) → character; ASCII is all that the guest writes. */
function readFont(): Map<string, string> {
  const bios = readFileSync('/usr/share/seabios/vgabios-stdvga.bin')
  const start = bios.indexOf(LETTER_A) - 0x41 * CELL.height
  const font = bios.subarray(start, start + FONT_BYTES)
  const glyphs = new Map<string, string>()
  for (let code = 0x20; code < 0x7f; code++) {
    const rows = font.subarray(code * CELL.height, (code + 1) * CELL.height)
    glyphs.set(rows.toString('hex'), String.fromCharCode(code))
    // Dark letters on a light ground, as installers have them in their windows.
    glyphs.set(Buffer.from(rows.map((row) => row ^ 0xff)).toString('hex'), String.fromCharCode(code))
  }
  return glyphs
}

function glyphAt(pixels: Pixels, column: number, row: number): string {
  let hex = ''
  for (let y = 0; y < CELL.height; y++) {
    let bits = 0
    for (let x = 0; x < 8; x++) {
      bits = (bits << 1) | Number(pixels.isLight(column * CELL.width + x, row * CELL.height + y))
    }
    hex += bits.toString(16).padStart(2, '0')
  }
  return hex
}

let font: Map<string, string> | undefined

/**
 * Reads a picture of a guest's text screen, letter by letter, exactly; what is no letter (the cursor) is a space.
 * @returns the lines, without empty ones at the end; null where the screen is not in text mode
 */
export function screenText(png: Buffer): string | null {
  font ??= readFont()
  const pixels = readPng(png)
  if (pixels.width !== 80 * CELL.width || pixels.height !== 25 * CELL.height) return null
  const lines: string[] = []
  for (let row = 0; row < 25; row++) {
    let line = ''
    for (let column = 0; column < 80; column++) line += font.get(glyphAt(pixels, column, row)) ?? ' '
    lines.push(line.trimEnd())
  }
  return lines.join('\n').trimEnd()
}
