import { readFile } from 'node:fs/promises'
import { isIPv4, type Socket } from 'node:net'
import { endianness } from 'node:os'

/**
 * Who holds the other end of a loopback connection. 'unknown': this system does not tell.
 * 'gone': the other end was closed, and a closed end belongs to nobody.
 */
export type PeerUser = number | 'unknown' | 'gone'

/**
 * The kernel lists both ends of a connection within this computer; the row of the other end names its user.
 * Behind a forwarded port (`ssh -L`) that is the user who signed in, as whom sshd connects.
 */
export async function peerUser(socket: Socket): Promise<PeerUser> {
  if (process.platform !== 'linux') return 'unknown'
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket
  const ends = [rowEnd(remoteAddress, remotePort), rowEnd(localAddress, localPort)]
  if (ends.includes(null)) return 'gone'
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readTable))
  if (tables.every((table) => table === null)) return 'unknown'
  return userInTables(tables.join('\n'), ends.join(' '))
}

/** A missing table of IPv6 is usual; a missing /proc is not, but no reason to shut the user out. */
const readTable = (path: string) => readFile(path, 'latin1').catch(() => null)

/**
 * @param wanted `LOCAL REMOTE` of the other end, as the table of IPv4 writes them
 * An end without a socket (closed, while its last bytes are still on the way) has inode 0 and would count as root's.
 */
function userInTables(tables: string, wanted: string): PeerUser {
  for (const line of tables.split('\n')) {
    const [, local = '', remote = '', , , , , uid = '', , inode = '0'] = line.trim().split(/\s+/)
    if (`${withoutMapping(local)} ${withoutMapping(remote)}` !== wanted) continue
    return inode === '0' ? 'gone' : Number(uid)
  }
  return 'gone'
}

/** IPv4 in a socket of IPv6, which some programs use for both: `::ffff:127.0.0.1`. */
const withoutMapping = (end: string) => end.replace(/^0{16}(?:0000FFFF|FFFF0000)(?=[\dA-F]{8}:)/, '')

/** An address as the table writes it: a number in the machine's own order of bytes, `0100007F:1F90`. */
function rowEnd(address: string, port: number): string | null {
  const plain = address.replace(/^::ffff:/i, '')
  if (!isIPv4(plain)) return null
  const bytes = plain.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  const inOrder = endianness() === 'LE' ? bytes.toReversed() : bytes
  return `${inOrder.join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}
