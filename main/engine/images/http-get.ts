import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import tls from 'node:tls'

import { say } from '@strata/contract/words/say.ts'

import type { Clock } from '../clock.ts'
import { HttpFault } from './http-fault.ts'
import { proxyAuthorization, proxyFor } from './proxy.ts'

const mostRedirects = 10
/** A server that says nothing for so long says nothing any more. */
export const stallMs = 30_000

export interface HttpSurroundings {
  readonly clock: Clock
  /** For the proxy. */
  readonly env: NodeJS.ProcessEnv
  /** Certificates of authorities that are trusted in place of Node's own. */
  readonly ca?: string
}

export interface HttpAsk {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * Asks for an address, follows where it leads to, and gives the answer once its head is there; the caller reads or
 * destroys its body. Never goes from https to http: what cannot be changed on its way must not become so.
 */
export async function httpGet(address: string, ask: HttpAsk, around: HttpSurroundings): Promise<IncomingMessage> {
  let url = new URL(address)
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await getOnce(url, ask, around)
    const target = redirectTarget(response, url)
    if (target === null) return response
    response.destroy()
    if (target.protocol !== 'https:' && (url.protocol === 'https:' || target.protocol !== 'http:'))
      throw new HttpFault('redirect', say('images.leadsNotSafe', { origin: target.origin }))
    url = target
  }
  throw new HttpFault('redirect', say('images.leadsOneAddressNext'))
}

function redirectTarget({ statusCode = 0, headers: { location } }: IncomingMessage, url: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return null
  if (location === undefined || !URL.canParse(location, url.href))
    throw new HttpFault('redirect', say('images.leadsAddressNone'))
  return new URL(location, url.href)
}

async function getOnce(url: URL, ask: HttpAsk, around: HttpSurroundings): Promise<IncomingMessage> {
  const proxy = proxyFor(url, around.env)
  const { ca } = around
  const trust = ca === undefined ? {} : { ca }
  const headers = { 'user-agent': 'Strata', 'accept-encoding': 'identity', ...ask.headers }
  if (proxy === null) {
    const request = url.protocol === 'https:' ? https.request : http.request
    return answerTo(request(url, { agent: false, headers, signal: ask.signal, ...trust }), around.clock)
  }
  if (proxy.protocol !== 'http:')
    throw new HttpFault('redirect', say('images.proxyKindStrataDoes', { host: proxy.host }))
  if (url.protocol === 'https:') {
    const socket = await tunnelThrough(proxy, url, ask.signal, around.clock)
    const secure = tls.connect({ socket, servername: url.hostname, ...trust })
    // Without an agent, as one would make a connection of its own.
    const options = { headers, signal: ask.signal, createConnection: () => secure }
    return answerTo(https.request(url, options), around.clock)
  }
  // A proxy for http is asked for the whole address.
  const options = {
    ...proxyOptions(proxy),
    path: url.href,
    headers: { ...headers, ...proxyHeaders(proxy), host: url.host },
  }
  return answerTo(http.request({ ...options, agent: false, signal: ask.signal }), around.clock)
}

const proxyOptions = ({ hostname, port }: URL) => ({ hostname, port: port === '' ? 80 : Number(port) })

function proxyHeaders(proxy: URL): Record<string, string> {
  const authorization = proxyAuthorization(proxy)
  return authorization === null ? {} : { 'proxy-authorization': authorization }
}

/** A connection to the server itself, which the proxy passes on unread. */
function tunnelThrough(proxy: URL, target: URL, signal: AbortSignal, clock: Clock): Promise<Socket> {
  const authority = `${target.hostname}:${target.port === '' ? '443' : target.port}`
  const request = http.request({
    ...proxyOptions(proxy),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyHeaders(proxy) },
    agent: false,
    signal,
  })
  return new Promise((resolve, reject) => {
    const endWait = clock.after(stallMs, () => request.destroy(new HttpFault('stall', say('images.proxySilent'))))
    request.once('error', (error) => {
      endWait()
      reject(error)
    })
    request.once('connect', (response, socket) => {
      endWait()
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(
        new HttpFault(
          'status',
          say('images.proxyAnswered', { statusCode: String(response.statusCode) }),
          response.statusCode,
        ),
      )
    })
    request.end()
  })
}

function answerTo(request: http.ClientRequest, clock: Clock): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const endWait = clock.after(stallMs, () => request.destroy(new HttpFault('stall', say('images.serverSilent'))))
    request.once('error', (error) => {
      endWait()
      reject(error)
    })
    request.once('response', (response) => {
      endWait()
      resolve(response)
    })
    request.end()
  })
}
