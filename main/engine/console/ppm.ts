import { fitsScreen, type Pixels } from './pixels.ts'

/** Older QEMU gives the screen as a binary PPM: "P6", width, height, 255, then the bytes. Null: it is not one. */
export function decodePpm(data: Uint8Array): Pixels | null {
  const head = new TextDecoder('latin1').decode(data.subarray(0, 512))
  const header = /^P6\s+(?:#[^\n]*\n\s*)*(\d{1,5})\s+(?:#[^\n]*\n\s*)*(\d{1,5})\s+(?:#[^\n]*\n\s*)*255\s/.exec(head)
  if (header === null) return null
  const widthPx = Number(header[1])
  const heightPx = Number(header[2])
  const size = widthPx * heightPx * 3
  if (!fitsScreen(widthPx, heightPx) || data.length < header[0].length + size) return null
  return { widthPx, heightPx, rgb: data.subarray(header[0].length, header[0].length + size) }
}
