import type { LibvirtStream } from './stream.ts'

export interface Screenshot {
  /** Such as 'image/png'; older hypervisors give 'image/x-portable-pixmap'. */
  readonly mime: string
  readonly data: Uint8Array
}

/** More than any screen has; a daemon that sends more is not sending a picture. */
const SCREENSHOT_MAX_BYTES = 64 * 1_048_576

export async function readScreenshot(source: {
  stream: LibvirtStream
  opened: Promise<{ mime: string | null }>
}): Promise<Screenshot> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of source.stream as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length
    if (sizeBytes > SCREENSHOT_MAX_BYTES)
      throw new RangeError(`a screenshot of more than ${SCREENSHOT_MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  const { mime } = await source.opened
  return { mime: mime ?? 'application/octet-stream', data: Buffer.concat(chunks, sizeBytes) }
}
