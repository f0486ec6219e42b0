import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

import { os } from '@orpc/server'
import { RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'
import { StrataError } from '@strata/engine/strata-error.ts'

import { startWebServer, type WebServer } from '../web-server.ts'
import { rawRequest } from './raw-request.ts'

export interface ServedSite {
  readonly server: WebServer
  /** Channels that consoles asked for, by ticket. */
  readonly consoles: Map<string, (channel: Duplex) => void>
  readonly warnings: unknown[]
  /** Uses a token up. @returns the session's secret */
  signIn(): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

/** How many values the endless stream of the router below has made. */
export const produced = { count: 0 }

/** A procedure of each kind: an answer, columns of numbers, and a stream that never ends. */
const router = {
  echo: os.handler(({ input }) => input),
  columns: os.handler(() => ({ load: new Float32Array([0.5, Number.NaN]) })),
  flood: os.handler(async function* () {
    const block = await Promise.resolve('x'.repeat(256 * 1024))
    for (;;) {
      produced.count += 1
      yield block
    }
  }),
}

export type TestRouter = typeof router

/** A really listening server over a small renderer and a small router. */
export async function serveSite(options: { heartbeatMs?: number; now?: () => number } = {}): Promise<ServedSite> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-site-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><meta property="csp-nonce" nonce="__STRATA_NONCE__">')
  await writeFile(join(folder, 'assets', 'index-1a2b.js'), 'export {}')
  const consoles: ServedSite['consoles'] = new Map()
  const warnings: unknown[] = []
  const log = { warn: (...words: unknown[]) => warnings.push(words) }
  const engine = {
    router,
    connectConsole: (ticket: string, channel: Duplex) => {
      const take = consoles.get(ticket)
      take?.(channel)
      if (take !== undefined) return Promise.resolve()
      channel.destroy()
      return Promise.reject(new StrataError('not-found', 'No console waits for this ticket.'))
    },
  }
  const server = await startWebServer({
    engine: Promise.resolve({ engine, log }),
    files: RendererFiles.load(folder),
    port: 0,
    ...options,
  })
  const signIn = async () => {
    const answer = await redeem(server, server.signIn.issueToken())
    return answer.body.trim()
  }
  const dispose = async () => {
    await server.close()
    await rm(folder, { recursive: true })
  }
  return { server, consoles, warnings, signIn, [Symbol.asyncDispose]: dispose }
}

/** The header by which a page shows its session at a WebSocket. */
export const protocolLine = (secret: string) => `Sec-WebSocket-Protocol: strata, strata-session.${secret}`

/** What the sign-in page's script does. */
export function redeem(server: WebServer, token: string, headers: readonly string[] = [`Origin: ${server.url}`]) {
  return rawRequest(server.url, {
    method: 'POST',
    path: '/login',
    headers: ['Content-Type: application/x-www-form-urlencoded', ...headers],
    body: `token=${encodeURIComponent(token)}`,
  })
}
