import type { HostFiles } from '../hosts/place/host-files.ts'

/** The IPv4 networks that a host has routes to, but for the way to everywhere: '10.0.0.0/8'. */
export async function routedCidrs(files: Pick<HostFiles, 'readText'>): Promise<string[]> {
  return parseRoutes(await files.readText('/proc/net/route').catch(() => '')) // not on every system
}

/** @param table as the kernel writes it: addresses in hex, the four bytes turned around */
export function parseRoutes(table: string): string[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, destination = '', , , , , , mask = ''] = line.trim().split(/\s+/)
      if (!/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask) || mask === '00000000') return []
      const bits = [...Buffer.from(mask, 'hex')].map((byte) => byte.toString(2).replaceAll('0', '').length)
      const prefix = bits.reduce((sum, count) => sum + count, 0)
      return [`${[...Buffer.from(destination, 'hex')].toReversed().join('.')}/${prefix}`]
    })
}
