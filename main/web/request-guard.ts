import type { IncomingMessage } from 'node:http'

export interface Refusal {
  readonly status: 401 | 421
  readonly sentence: string
}

/**
 * What every request and upgrade must show before anything of it is looked at.
 * The host is checked first: a page that rebinds its name to this computer reaches the port, but under its own name.
 * @param authority `127.0.0.1:<port>`, the only name that this server answers to
 */
export function refuseForeignRequest(request: IncomingMessage, authority: string): Refusal | null {
  const { headers } = request
  if (headerCount(request, 'host') !== 1 || headers.host !== authority) {
    return { status: 421, sentence: `This server answers to http://${authority} only.` }
  }
  const originNeeded = headers.upgrade !== undefined || (request.method !== 'GET' && request.method !== 'HEAD')
  if (headers.origin === undefined ? originNeeded : headers.origin !== `http://${authority}`) {
    return { status: 401, sentence: 'This request does not come from a page of this server.' }
  }
  return isForeignFetch(request) ? { status: 401, sentence: 'Another page asked for this.' } : null
}

/**
 * Pages of other servers on this computer are of the same "site". They may lead here (a navigation shows them
 * nothing), but not load parts.
 */
function isForeignFetch({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document'
}

/** Node keeps the first of several Host headers and is silent about the others. */
function headerCount(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((field, index) => index % 2 === 0 && field.toLowerCase() === name).length
}
