import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import type { AnyRouter } from '@orpc/server'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'
import type { RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'
import type { Logger } from 'pino'
import { WebSocketServer, type WebSocket } from 'ws'

import { refuseUpgrade } from './answers.ts'
import { usersWhoMayConnect } from './behind-root.ts'
import { guardConnections } from './connections.ts'
import { serveConsole } from './console-socket.ts'
import { keepHeartbeat } from './heartbeat.ts'
import { refuseForeignRequest } from './request-guard.ts'
import { handleRequest, pathOf, type Site } from './request-handler.ts'
import { serveRpc } from './rpc-socket.ts'
import { secretOfUpgrade, SUBPROTOCOL } from './session-secret.ts'
import { SignIn, type Session } from './sign-in.ts'

const CONSOLE_PATH = /^\/console\/([\w-]{1,128})$/
const RPC_MESSAGE_BYTES = 8 * 1024 * 1024
const CONSOLE_MESSAGE_BYTES = 1024 * 1024
/** How long a page may take to answer a close before its socket is ended. */
const CLOSE_TIMEOUT_MS = 3_000
const HEARTBEAT_MS = 15_000
/**
 * Any other port of this computer can fill the browser's cookies for this address (180 of 4 KiB), and all of them come
 * with each request. None is ours; they must not keep the window out.
 */
const HEAD_BYTES = 1024 * 1024
/** How often slow requests are looked for; they may be late by this much. */
const TIMEOUT_CHECK_MS = 2_000
/** Tells a page that its session was signed out; a line that was lost closes with other codes. */
const SIGNED_OUT = 4001

export interface WebServer {
  readonly url: string
  readonly signIn: SignIn
  close(): Promise<void>
}

/** What this server needs of the engine. */
interface ServedEngine {
  readonly router: AnyRouter
  connectConsole(ticket: string, channel: Duplex): Promise<void>
}

export interface WebServerOptions {
  /** Calls wait until it runs; the page is served before. */
  readonly engine: Promise<{ readonly engine: ServedEngine; readonly log: Pick<Logger, 'warn'> }>
  readonly files: Promise<RendererFiles>
  /** 0: any free port */
  readonly port: number
  /** A port that is taken is no failure: any other does. */
  readonly mayTakeAnother?: boolean
  readonly heartbeatMs?: number
  /** The clock of sessions and tokens. */
  readonly now?: () => number
}

/** Serves the renderer, the contract and the consoles to whoever signed in, on loopback and nowhere else. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const server = createServer({ connectionsCheckingInterval: TIMEOUT_CHECK_MS, maxHeaderSize: HEAD_BYTES })
  const connections = guardConnections(server, usersWhoMayConnect(process.env, process.getuid?.()))
  const port = await listen(server, options.port, options.mayTakeAnother ?? false)
  const authority = `127.0.0.1:${port}`
  const site: Site = { authority, signIn: new SignIn(options.now), files: options.files }
  const sockets = acceptSockets(options.engine)
  const warn = (error: unknown, what: string) => {
    options.engine.then(
      ({ log }) => log.warn({ error: String(error) }, what),
      () => undefined, // then there is no log, and the start has failed
    )
  }

  server.on('request', (request, response) => {
    const answer = async () => {
      if (await connections.mayAsk(request.socket)) await handleRequest(request, response, site)
    }
    answer().catch(() => response.destroy()) // the client left in the middle of its request
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => socket.destroy())
    const answer = async () => {
      if (!(await connections.mayAsk(socket)) || socket.destroyed) return
      const asked = upgradeRequest(request, site)
      if ('status' in asked) return refuseUpgrade(socket, asked.status, asked.sentence)
      connections.becameSocket(socket)
      await sockets.accept(request, socket, head, (client) => {
        const left = site.signIn.connected(asked.session, () => client.close(SIGNED_OUT, 'signed out'))
        client.once('close', left)
      })
    }
    answer().catch((error: unknown) => {
      warn(error, 'a connection could not be made a WebSocket')
      socket.destroy()
    })
  })
  const stopHeartbeat = keepHeartbeat(sockets.clients, options.heartbeatMs ?? HEARTBEAT_MS)

  const close = async () => {
    stopHeartbeat()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    sockets.close()
    server.closeAllConnections()
    await closed
  }
  return { url: `http://${authority}`, signIn: site.signIn, close }
}

function listen(server: Server, port: number, mayTakeAnother: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (mayTakeAnother && port !== 0) resolve(listen(server, 0, false))
      else
        reject(
          error.code === 'EADDRINUSE'
            ? new Error(`Port ${port} is taken by another program.`, { cause: error })
            : error,
        )
    })
    server.listen(port, '127.0.0.1', () => {
      server.removeAllListeners('error')
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** The same conditions as for a request, in the same order. */
function upgradeRequest(
  request: IncomingMessage,
  site: Site,
): { status: number; sentence: string } | { session: Session } {
  const refusal = refuseForeignRequest(request, site.authority)
  if (refusal !== null) return refusal
  const session = site.signIn.session(secretOfUpgrade(request))
  if (session === null) return { status: 401, sentence: 'Not signed in.' }
  const path = pathOf(request)
  if (path === '/rpc' || (path !== null && CONSOLE_PATH.test(path))) return { session }
  return { status: 404, sentence: 'There is nothing at this path.' }
}

function acceptSockets(running: WebServerOptions['engine']) {
  const common = {
    noServer: true,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    clientTracking: false,
    // Never the one with the secret in it.
    handleProtocols: (offered: ReadonlySet<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  } as const
  const rpcSockets = new WebSocketServer({ ...common, maxPayload: RPC_MESSAGE_BYTES })
  const consoleSockets = new WebSocketServer({ ...common, maxPayload: CONSOLE_MESSAGE_BYTES })
  const served = serving(running)
  served.catch(() => undefined) // told by whoever starts the engine
  const clients = new Set<WebSocket>()

  const accept = async (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    onOpen: (client: WebSocket) => void,
  ): Promise<void> => {
    const { engine, log, handler } = await served
    if (socket.destroyed) return // it did not wait
    const ticket = CONSOLE_PATH.exec(pathOf(request) ?? '')?.[1]
    const wanted = ticket === undefined ? rpcSockets : consoleSockets
    wanted.handleUpgrade(request, socket, head, (client) => {
      clients.add(client)
      onOpen(client)
      // A message too long or garbled: the library closes with the code for it, and the cause is worth a line.
      client.on('error', (error) => log.warn({ error: error.message }, 'a page broke the WebSocket protocol'))
      client.once('close', () => clients.delete(client))
      if (ticket === undefined) serveRpc(client, handler)
      else void serveConsole(client, (channel) => engine.connectConsole(ticket, channel))
    })
  }
  const close = () => {
    for (const client of clients) client.close(1001, 'Strata is closing')
  }
  return { clients, accept, close }
}

/** The contract's handler is read with the engine, not before the page can be served. */
async function serving(running: WebServerOptions['engine']) {
  const { engine, log } = await running
  const { RPCHandler } = await import('@orpc/server/ws')
  const handler = new RPCHandler(engine.router, { customJsonSerializers: [...typedArraySerializers] })
  return { engine, log, handler }
}
