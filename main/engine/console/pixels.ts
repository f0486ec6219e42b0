/** A picture as rows of red, green and blue, a byte each. */
export interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
  readonly rgb: Uint8Array
}

/** The largest screen of which pictures are made. A guest chooses its size, and a picture of it costs memory. */
export const largestScreen = { widthPx: 4096, heightPx: 2304 } as const

/** Whether a picture of this size is made; upright screens count as well. */
export function fitsScreen(widthPx: number, heightPx: number): boolean {
  return (
    widthPx > 0 &&
    heightPx > 0 &&
    Math.max(widthPx, heightPx) <= largestScreen.widthPx &&
    widthPx * heightPx <= largestScreen.widthPx * largestScreen.heightPx
  )
}

/** Makes the picture at most so wide, by averaging; never larger. */
export function scaledDown(pixels: Pixels, maxWidthPx: number): Pixels {
  const factor = maxWidthPx / pixels.widthPx
  if (factor >= 1) return pixels
  const widthPx = maxWidthPx
  const heightPx = Math.max(1, Math.round(pixels.heightPx * factor))
  const rgb = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0; y < heightPx; y += 1) {
    const rows = span(y, pixels.heightPx / heightPx, pixels.heightPx)
    for (let x = 0; x < widthPx; x += 1) {
      rgb.set(average(pixels, span(x, pixels.widthPx / widthPx, pixels.widthPx), rows), (y * widthPx + x) * 3)
    }
  }
  return { widthPx, heightPx, rgb }
}

interface Span {
  readonly from: number
  readonly to: number
}

function span(index: number, step: number, limit: number): Span {
  const from = Math.min(limit - 1, Math.floor(index * step))
  return { from, to: Math.min(limit, Math.max(from + 1, Math.ceil((index + 1) * step))) }
}

function average({ widthPx, rgb }: Pixels, columns: Span, rows: Span): [number, number, number] {
  let red = 0
  let green = 0
  let blue = 0
  for (let y = rows.from; y < rows.to; y += 1) {
    for (let x = columns.from; x < columns.to; x += 1) {
      const at = (y * widthPx + x) * 3
      red += rgb[at] ?? 0
      green += rgb[at + 1] ?? 0
      blue += rgb[at + 2] ?? 0
    }
  }
  const count = (columns.to - columns.from) * (rows.to - rows.from)
  return [red / count, green / count, blue / count]
}
