import { StreamHole, type LibvirtStream } from './stream.ts'

/** Bytes to send, such as a file's Readable; StreamHole chunks are for sparse uploads. */
export type UploadSource = AsyncIterable<Uint8Array | StreamHole> | Iterable<Uint8Array | StreamHole>

/** A run of zeros is worth a hole from this size on: file systems allocate by blocks of this order. */
const HOLE_GRAIN_BYTES = 65_536
const ZEROS = new Uint8Array(HOLE_GRAIN_BYTES)

/** Sends a source with back-pressure and waits for the daemon's confirmation. Ends the source when the stream fails. */
export async function sendAll(
  stream: LibvirtStream,
  source: UploadSource,
  sparse: boolean,
  onProgress: ((sentBytes: number) => void) | undefined,
): Promise<void> {
  const finished = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve)
    stream.once('error', reject)
    stream.once('close', () => reject(new Error('the upload was aborted')))
  })
  finished.catch(() => undefined)
  try {
    let sentBytes = 0
    for await (const chunk of source) {
      for (const piece of sparse ? cutHoles(chunk) : [withoutHole(chunk)]) {
        await write(stream, piece)
      }
      sentBytes += chunk instanceof StreamHole ? chunk.lengthBytes : chunk.length
      onProgress?.(sentBytes)
    }
    stream.end()
  } catch (error) {
    stream.destroy()
    throw stream.errored ?? error // the daemon's reason says more than a refused write
  }
  await finished
}

function write(stream: LibvirtStream, piece: Uint8Array | StreamHole): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => (error ? reject(error) : resolve()))
  })
}

function withoutHole(chunk: Uint8Array | StreamHole): Uint8Array {
  if (chunk instanceof StreamHole) throw new TypeError('holes can only be sent in a sparse upload')
  return chunk
}

/** Cuts whole grains of zeros out of a chunk. */
function* cutHoles(chunk: Uint8Array | StreamHole): Generator<Uint8Array | StreamHole> {
  if (chunk instanceof StreamHole) {
    yield chunk
    return
  }
  let from = 0
  while (from < chunk.length) {
    const isHole = isZeroGrain(chunk, from)
    let to = from
    while (to < chunk.length && isZeroGrain(chunk, to) === isHole) to += HOLE_GRAIN_BYTES
    to = Math.min(to, chunk.length)
    yield isHole ? new StreamHole(to - from) : chunk.subarray(from, to)
    from = to
  }
}

function isZeroGrain(chunk: Uint8Array, at: number): boolean {
  const grain = chunk.subarray(at, at + HOLE_GRAIN_BYTES)
  return grain.length === HOLE_GRAIN_BYTES && Buffer.compare(grain, ZEROS) === 0
}
