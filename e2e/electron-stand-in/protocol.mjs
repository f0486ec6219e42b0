import { lifecycle, onlyAfterReady } from './lifecycle.mjs'

/** @type {Map<string, (request: Request) => Response | Promise<Response>>} */
const handlers = new Map()
/** @type {Map<string, Record<string, boolean>>} */
const privileges = new Map()
let wereRegistered = false

/**
 * A browser that is not Electron knows no schemes of others: a page of `app://strata/x` is at an address of the web that
 * leads nowhere, and is answered from here. Only one with `standard` and `secure` behaves like such an address.
 * @param {string} url
 */
export function toBrowser(url) {
  const { protocol: scheme, host, pathname, search, hash } = new URL(url)
  const name = scheme.slice(0, -1)
  if (!handlers.has(name) && !privileges.has(name)) return url
  const { standard, secure } = privileges.get(name) ?? {}
  if (standard !== true || secure !== true)
    throw new Error(`${scheme} was not registered as standard and secure before ready`)
  return `https://${host}.${name}.stand-in.invalid${pathname}${search}${hash}`
}

/** @param {string} url */
export function fromBrowser(url) {
  const found = /^https:\/\/(.+)\.([a-z]+)\.stand-in\.invalid(?=\/|$)/.exec(url)
  return found === null ? url : `${found[2]}://${found[1]}${url.slice(found[0].length)}`
}

/** What the app answers; null: the scheme is nobody's here. @param {string} url @param {string} method @param {Record<string, string>} headers */
export async function answer(url, method, headers) {
  const handler = handlers.get(new URL(url).protocol.slice(0, -1))
  return handler === undefined ? null : handler(new Request(url, { method, headers }))
}

export const protocol = {
  /** @param {{ scheme: string, privileges?: Record<string, boolean> }[]} schemes */
  registerSchemesAsPrivileged(schemes) {
    if (lifecycle.isReady) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    if (wereRegistered) throw new Error('protocol.registerSchemesAsPrivileged can only be called once')
    wereRegistered = true
    for (const { scheme, privileges: given = {} } of schemes) privileges.set(scheme, given)
  },
  /** @param {string} scheme @param {(request: Request) => Response | Promise<Response>} handler */
  handle(scheme, handler) {
    onlyAfterReady('protocol.handle()')
    if (handlers.has(scheme)) throw new Error(`The scheme '${scheme}' is already registered`)
    handlers.set(scheme, handler)
  },
}
