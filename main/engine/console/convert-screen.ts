import { decodePng, encodePng } from './png.ts'
import { decodePpm } from './ppm.ts'
import { scaledDown } from './pixels.ts'

/**
 * A guest's screen as PNG, scaled down to fit. Null: it is too large, or of no kind that we can read.
 * The bytes come from the guest's process and are not trusted: they are decoded and written anew.
 * The largest screen costs a second of computing, so this runs in a worker (screen-worker.ts).
 */
export async function convertScreen(data: Uint8Array, maxWidthPx: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const pixels = (await decodePng(data)) ?? decodePpm(data)
  return pixels === null ? null : encodePng(scaledDown(pixels, maxWidthPx))
}
