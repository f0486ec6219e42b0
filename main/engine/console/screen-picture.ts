import { decodePng, encodePng } from './png.ts'
import { decodePpm } from './ppm.ts'
import { scaledDown } from './pixels.ts'

/** A picture of a guest's screen as libvirt hands it over: PNG, or PPM from an older QEMU. */
export interface RawScreen {
  readonly mime: string
  readonly data: Uint8Array
}

/**
 * The picture as PNG, scaled down to fit. Null: it is of no kind that we can read.
 * The bytes come from the guest's process and are not trusted: they are decoded and written anew.
 */
export async function screenAsPng(screen: RawScreen, maxWidthPx: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const pixels = (await decodePng(screen.data)) ?? decodePpm(screen.data)
  return pixels === null ? null : encodePng(scaledDown(pixels, maxWidthPx))
}
