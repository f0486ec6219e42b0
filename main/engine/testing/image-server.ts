import http from 'node:http'
import type { AddressInfo } from 'node:net'

import { deferred } from '../deferred.ts'

/** What a server does wrong, once. */
export type ServerFault =
  | { readonly kind: 'cut'; readonly atBytes: number }
  | { readonly kind: 'stall'; readonly atBytes: number }
  | { readonly kind: 'status'; readonly code: number }
  /** Says that more comes than does. */
  | { readonly kind: 'length'; readonly moreBytes: number }
  /** Gives a part that nobody asked for. */
  | { readonly kind: 'wrong-range' }

export interface ServedFile {
  content: Buffer
  etag?: string
  /** True unless said otherwise. */
  ranges?: boolean
  redirectTo?: string
  /** Done to the next requests, one each, and then no more. */
  faults: ServerFault[]
}

export interface SeenRequest {
  readonly path: string
  readonly range: string | null
  readonly ifRange: string | null
}

/** A server of files on loopback, with faults. */
export class ImageServer {
  readonly files = new Map<string, ServedFile>()
  readonly seen: SeenRequest[] = []
  readonly #server = http.createServer((request, response) => {
    this.#answer(request, response)
  })

  static async start(): Promise<ImageServer> {
    const server = new ImageServer()
    const listening = deferred<void>()
    server.#server.listen(0, '127.0.0.1', () => {
      listening.resolve()
    })
    await listening.promise
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  put(path: string, content: Buffer | string, options: Partial<ServedFile> = {}): string {
    this.files.set(path, { content: Buffer.from(content), faults: [], ...options })
    return `${this.url}${path}`
  }

  requestsOf(path: string): readonly SeenRequest[] {
    return this.seen.filter((request) => request.path === path)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    const closed = deferred<void>()
    this.#server.close(() => {
      closed.resolve()
    })
    await closed.promise
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const path = request.url ?? ''
    const { range = null } = request.headers
    const ifRange = request.headers['if-range'] ?? null
    this.seen.push({ path, range, ifRange: Array.isArray(ifRange) ? null : ifRange })
    const file = this.files.get(path)
    if (file === undefined) {
      response.writeHead(404).end('nothing here')
      return
    }
    if (file.redirectTo !== undefined) {
      response.writeHead(302, { location: file.redirectTo }).end()
      return
    }
    this.#serve(file, range, ifRange, response)
  }

  #serve(
    file: ServedFile,
    range: string | null,
    ifRange: string | string[] | null,
    response: http.ServerResponse,
  ): void {
    const { content, etag, ranges = true } = file
    const fault = file.faults.shift() ?? null
    if (fault?.kind === 'status') {
      response.writeHead(fault.code).end()
      return
    }
    const [, from] = /^bytes=(\d+)-$/.exec(range ?? '') ?? []
    const isPart = ranges && from !== undefined && ifRange === etag
    const start = isPart ? Number(from) : 0
    if (isPart && start >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
      return
    }
    const body = content.subarray(start)
    const told = fault?.kind === 'wrong-range' ? 0 : start
    response.writeHead(isPart ? 206 : 200, {
      'content-length': body.length + (fault?.kind === 'length' ? fault.moreBytes : 0),
      ...(etag === undefined ? {} : { etag }),
      ...(isPart ? { 'content-range': `bytes ${told}-${content.length - 1}/${content.length}` } : {}),
    })
    switch (fault?.kind) {
      case 'cut':
        response.write(body.subarray(0, Math.max(0, fault.atBytes - start)), () => response.destroy())
        return
      case 'stall':
        response.write(body.subarray(0, Math.max(0, fault.atBytes - start)))
        return
      case 'length':
        response.write(body, () => response.destroy())
        return
      default:
        response.end(body)
    }
  }
}
