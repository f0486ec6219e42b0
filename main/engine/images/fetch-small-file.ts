import { readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { explainHttp, HttpFault } from './http-fault.ts'
import { httpGet, stallMs, type HttpSurroundings } from './http-get.ts'
import { withRetries } from './retry.ts'

/** Checksums, signatures and catalogues are far smaller. */
const mostBytes = 8 * 1024 ** 2

/** A small file from an address of http, https or this computer. @param what 'The checksum of …', for the error */
export async function fetchSmallFile(
  url: string,
  what: Said,
  signal: AbortSignal,
  around: HttpSurroundings,
): Promise<Buffer> {
  try {
    if (url.startsWith('file:')) return await readSmall(fileURLToPath(url))
    const none = () => Promise.resolve(0)
    return await withRetries(() => fetchOnce(url, signal, around), none, { clock: around.clock, signal })
  } catch (error) {
    signal.throwIfAborted()
    throw explainHttp(error, what, url)
  }
}

async function readSmall(path: string): Promise<Buffer> {
  if ((await stat(path)).size > mostBytes) throw new HttpFault('too-long', path)
  return readFile(path)
}

async function fetchOnce(url: string, signal: AbortSignal, around: HttpSurroundings): Promise<Buffer> {
  const response = await httpGet(url, { headers: {}, signal }, around)
  if (response.statusCode !== 200) {
    response.destroy()
    throw new HttpFault(
      'status',
      say('images.answered', { url, statusCode: String(response.statusCode) }),
      response.statusCode,
    )
  }
  const endWait = around.clock.after(stallMs, () => response.destroy(new HttpFault('stall', url)))
  try {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostBytes) throw new HttpFault('too-long', url)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } finally {
    endWait()
  }
}
