import { parseAddress } from './app-address.ts'

/** Only these leave the window, for the system's browser; everything else could start a program. */
const ALLOWED_PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:'])

/** Whether a link may be given to the system. Addresses with a user in them look like another place than they are. */
export function isAllowedLink(link: string): boolean {
  const url = parseAddress(link)
  return url !== null && ALLOWED_PROTOCOLS.has(url.protocol) && url.username === '' && url.password === ''
}
