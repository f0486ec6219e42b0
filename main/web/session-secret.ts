import type { IncomingMessage } from 'node:http'

/** The subprotocol that is agreed on. The secret is offered beside it and never answered. */
export const SUBPROTOCOL = 'strata'
const SECRET_PREFIX = 'strata-session.'

/**
 * The secret that a WebSocket shows. A page cannot set headers of one, but it can name subprotocols; unlike a cookie,
 * they go to the server that the page means and to no other port.
 */
export function secretOfUpgrade({ headers }: IncomingMessage): string | null {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return offered.find((name) => name.startsWith(SECRET_PREFIX))?.slice(SECRET_PREFIX.length) ?? null
}

/** The secret of a plain request: `Authorization: Strata SECRET`. */
export function secretOfRequest({ headers }: IncomingMessage): string | null {
  return /^Strata ([\w-]{1,128})$/.exec(headers.authorization ?? '')?.[1] ?? null
}
