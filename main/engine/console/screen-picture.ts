import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import type { ScreenOrder } from './screen-worker.ts'

/** A picture of a guest's screen as libvirt hands it over: PNG, or PPM from an older QEMU. */
export interface RawScreen {
  readonly mime: string
  readonly data: Uint8Array
}

/** The largest screen as PPM, and some for its head; noise as PNG is hardly larger. */
const mostInputBytes = 4096 * 2304 * 3 + 64 * 1024
/** Nobody looks that long at one; a worker that is still at it is ended. */
const patienceMs = 10_000
/** A worker without work keeps its memory for no longer than this. */
const idleMs = 30_000

/** One screen at a time, so that many hostile ones take no more memory than one. */
let queue: Promise<unknown> = Promise.resolve()
let worker: Worker | null = null
let idle: NodeJS.Timeout | undefined

/**
 * The picture as PNG, scaled down to fit. Null: it is too large, or of no kind that we can read.
 * The bytes come from the guest's process and are not trusted: they are decoded and written anew, in a worker, since
 * the largest screen takes a second and nothing else must wait for it.
 */
export function screenAsPng(screen: RawScreen, maxWidthPx: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (screen.data.length > mostInputBytes) return Promise.resolve(null)
  const picture = queue.then(() => convert({ data: screen.data, maxWidthPx }))
  queue = picture
  return picture
}

async function convert(order: ScreenOrder): Promise<Uint8Array<ArrayBuffer> | null> {
  clearTimeout(idle)
  const at = (worker ??= startWorker())
  const late = setTimeout(() => void at.terminate(), patienceMs)
  at.ref()
  const ended = new AbortController()
  const { signal } = ended
  try {
    at.postMessage(order)
    const [answer] = (await Promise.race([
      once(at, 'message', { signal }),
      once(at, 'exit', { signal }).then(() => [null]),
    ])) as [Uint8Array<ArrayBuffer> | null]
    return answer
  } catch {
    return null // the worker failed: no picture, as with one that cannot be read
  } finally {
    ended.abort() // the worker lives on, and would keep a listener for each picture
    clearTimeout(late)
    at.unref()
    idle = setTimeout(() => void at.terminate(), idleMs)
    idle.unref()
  }
}

function startWorker(): Worker {
  const started = import.meta.url.endsWith('.ts') ? workerFromSource() : new Worker(builtWorker())
  started.on('exit', () => {
    if (worker === started) worker = null
  })
  return started
}

/** Beside the program's entry, where this file may lie in a chunk. */
function builtWorker(): URL {
  const folder = import.meta.url.includes('/chunks/') ? '../' : './'
  return new URL(`${folder}screen-worker.js`, import.meta.url)
}

/** In tests and without a build: Node 20 reads no TypeScript, and a worker does not get its parent's loader. From the project's folder only. */
function workerFromSource(): Worker {
  const source = new URL('./screen-worker.ts', import.meta.url).href
  const words = `import('tsx/esm/api').then(({ register }) => (register(), import('${source}')))`
  return new Worker(words, { eval: true })
}
