import { isIPv4, isIPv6 } from 'node:net'
import type { ConnectionUri } from '../uri.ts'

/** Whether a host is this machine by its address or by the name that always means it. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.')
  if (isIPv6(host)) return /^(0*:)*:?0*1$/.test(host) || /^::ffff:127\./i.test(host)
  return /^localhost\.?$/i.test(host)
}

/** Whether nobody on the way can read what is sent. */
export function isConfidential(uri: ConnectionUri): boolean {
  return uri.transport !== 'tcp'
}
