import type { HostFiles } from '../hosts/place/host-files.ts'

export interface Listener {
  readonly port: number
  /** Empty: on all addresses. */
  readonly address: string
}

/** Who listens on the host's TCP ports now. */
export async function readListeners(files: HostFiles): Promise<Listener[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => files.readText(path).catch(() => '')), // no IPv6 there
  )
  return tables.flatMap(parseListeners)
}

const listening = '0A'

/** @param table as the kernel writes it: addresses in hex, each group of four bytes turned around */
export function parseListeners(table: string): Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const [address, port] = local.split(':')
    if (state !== listening || address === undefined || port === undefined) return []
    return [{ address: addressOf(address), port: Number.parseInt(port, 16) }]
  })
}

function addressOf(hex: string): string {
  if (/^0*$/.test(hex)) return ''
  const bytes = [...Buffer.from(hex, 'hex')]
  const turned = Array.from({ length: bytes.length / 4 }, (_, at) =>
    bytes.slice(at * 4, at * 4 + 4).toReversed(),
  ).flat()
  if (turned.length === 4) return turned.join('.')
  if (turned.slice(0, 15).every((byte) => byte === 0) && turned[15] === 1) return '::1'
  const isFour = turned.slice(0, 10).every((byte) => byte === 0) && turned[10] === 0xff && turned[11] === 0xff
  if (isFour) return turned.slice(12).join('.')
  return Array.from({ length: 8 }, (_, at) =>
    (((turned[at * 2] ?? 0) << 8) | (turned[at * 2 + 1] ?? 0)).toString(16),
  ).join(':')
}
