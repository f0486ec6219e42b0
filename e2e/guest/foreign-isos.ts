import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Real discs that somebody else has made, from their Debian packages. */
export function foreignIsos(): { ipxe: string; memtest: string } {
  const memtestFolder = '/usr/lib/memtest86+'
  // One disc for each size of address; 64 bits where both are there.
  const memtest = existsSync(memtestFolder) ? readdirSync(memtestFolder).filter((name) => name.endsWith('.iso')) : []
  const wanted = memtest.find((name) => name.includes('64')) ?? memtest[0]
  const ipxe = '/usr/lib/ipxe/ipxe.iso'
  if (wanted === undefined || !existsSync(ipxe)) throw new Error('The packages ipxe and memtest86+ are not installed.')
  return { ipxe, memtest: join(memtestFolder, wanted) }
}
