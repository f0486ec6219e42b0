/** The scheme and the one host under which the window's files are served. */
export const APP_SCHEME = 'app'
export const APP_ORIGIN = `${APP_SCHEME}://strata`

/** Null for what is no address at all. */
export function parseAddress(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null
}

/** Scheme and host: `origin` is opaque for a scheme that the standard does not know. */
export function originOf(address: string): string | null {
  const url = parseAddress(address)
  return url === null ? null : `${url.protocol}//${url.host}`
}

/** Whether an address belongs to the window's own pages. */
export function isAppAddress(address: string): boolean {
  return originOf(address) === APP_ORIGIN
}
