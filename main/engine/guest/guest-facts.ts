import { isIP } from 'node:net'

import type { Domain } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { nullIfRefused } from '../null-if-refused.ts'

type Params = Awaited<ReturnType<Domain['getGuestInfo']>>

/** An agent that hangs costs this long; other calls to the same guest wait behind it. */
const patienceMs = 15_000
/** What a guest tells is not to be trusted with the size of our memory, or of a card on the screen. */
const mostThings = 64
const longestText = 200
/** The whole goes into the inventory, and so to every window. */
const mostAddressesOfOne = 16
const mostAddresses = 64
const longestAddress = 45 // of IPv6 that carries IPv4; RFC 4291

export interface GuestFileSystem {
  readonly mountPoint: string
  readonly type: string
  readonly totalBytes: number | null
  readonly usedBytes: number | null
  /** Targets of the disks that it lies on, 'vda'. */
  readonly diskTargets: readonly string[]
}

export interface GuestInterface {
  readonly name: string
  readonly macAddress: string | null
  readonly addresses: readonly string[]
}

/** What the guest's agent tells of it. All of it is the guest's own word. */
export interface GuestFacts {
  readonly osName: string | null
  readonly kernel: string | null
  readonly hostname: string | null
  readonly fileSystems: readonly GuestFileSystem[]
  readonly interfaces: readonly GuestInterface[]
}

/** Asks the agent; null when it does not answer. */
export function readGuestFacts(host: Host, uuid: string): Promise<GuestFacts | null> {
  return host.agentCall(uuid, async (connection) => {
    const domain = await nullIfRefused(connection.domainLookupByUUID(uuid))
    // No types asks for all that this agent has; naming one that it lacks would fail for all.
    const info = domain === null ? null : await nullIfRefused(domain.getGuestInfo([], { timeoutMs: patienceMs }))
    if (domain === null || info === null) return null
    const faces = (await nullIfRefused(domain.interfaceAddresses('agent', { timeoutMs: patienceMs }))) ?? []
    return { ...guestFacts(info), interfaces: guestInterfaces(faces) }
  })
}

type Face = Awaited<ReturnType<Domain['interfaceAddresses']>>[number]

/** The interfaces that an agent tells of, bounded in number and length; what cannot be an address is left out. */
export function guestInterfaces(faces: readonly Pick<Face, 'name' | 'mac' | 'addresses'>[]): GuestInterface[] {
  let left = mostAddresses
  return faces.slice(0, mostThings).map(({ name, mac, addresses }) => {
    const of = addresses
      .slice(0, mostThings)
      .map(({ address }) => address)
      .filter((address) => address.length <= longestAddress && isIP(address) !== 0 && isOfUse(address))
      .slice(0, Math.min(mostAddressesOfOne, left))
    left -= of.length
    return { name: name.slice(0, longestText), macAddress: mac !== null && isMac(mac) ? mac : null, addresses: of }
  })
}

const isMac = (text: string) => /^(?:[\da-f]{2}:){5}[\da-f]{2}$/i.test(text)

export function guestFacts(info: Params): Omit<GuestFacts, 'interfaces'> {
  return {
    osName: textOf(info['os.pretty-name']) ?? textOf(info['os.name']),
    kernel: textOf(info['os.kernel-release']),
    hostname: textOf(info['hostname']),
    fileSystems: Array.from({ length: countOf(info['fs.count']) }, (_, index) => fileSystemOf(info, index)),
  }
}

function fileSystemOf(info: Params, index: number): GuestFileSystem {
  const prefix = `fs.${index}`
  const disks = countOf(info[`${prefix}.disk.count`])
  const targets = Array.from({ length: disks }, (_, disk) => textOf(info[`${prefix}.disk.${disk}.alias`]))
  return {
    mountPoint: textOf(info[`${prefix}.mountpoint`]) ?? '?',
    type: textOf(info[`${prefix}.fstype`]) ?? '?',
    totalBytes: numberOf(info[`${prefix}.total-bytes`]),
    usedBytes: numberOf(info[`${prefix}.used-bytes`]),
    diskTargets: targets.filter((target) => target !== null),
  }
}

function countOf(value: Params[string] | undefined): number {
  return Math.min(mostThings, Math.max(0, Math.floor(numberOf(value) ?? 0)))
}

function numberOf(value: Params[string] | undefined): number | null {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null
}

function textOf(value: Params[string] | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestText) : null
}

/** Every guest has these, and nobody reaches it there. */
function isOfUse(address: string): boolean {
  return !address.startsWith('127.') && address !== '::1' && !address.toLowerCase().startsWith('fe80:')
}
