import type { PastState } from '@strata/contract/create.ts'
import { LibvirtError, type Domain, type DomainSnapshot } from 'node-libvirt'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import type { FileUsers } from '../disk-images/file-users.ts'
import { askOnce } from '../disk-images/machines-with-disk.ts'
import type { Host } from '../hosts/host.ts'
import { heldAtPoint, type LookAtDisks } from './held-disks.ts'
import type { SnapshotPictures } from './pictures.ts'
import { holdsOf } from './point-facts.ts'

/** What is shown without words, and with them. */
const most = { newest: 6, found: 24 }
/** When a point was taken stands only in its description: so many are read to find the newest. */
const mostRead = 300

export interface FoundPastStates {
  states: PastState[]
  hasMore: boolean
}

/** Asks libvirt for the machines that have points, and nothing of all the others: a host may have a thousand. */
export function findPastStates(
  fileUsers: FileUsers,
  host: Host,
  pictures: SnapshotPictures,
  text: string,
): Promise<FoundPastStates> {
  const uses = askOnce(fileUsers, { host, paths: [] })
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return host.slow(async (connection) => {
    const domains = await connection.listAllDomains(['has-snapshot'])
    const { handles, count } = await (words.length === 0 ? youngest(domains) : matching(domains, words))
    const read = (await Promise.all(handles.slice(0, mostRead).map(readHandle))).filter((each) => each !== null)
    const sorted = read.sort((one, other) => other.takenAtMs - one.takenAtMs)
    const shown = words.length === 0 ? newestOfEach(sorted).slice(0, most.newest) : sorted.slice(0, most.found)
    const states = await Promise.all(shown.map((each) => describe(host, pictures, each, uses)))
    return { states: states.filter((state) => state !== null), hasMore: count > shown.length }
  })
}

interface Handles {
  readonly handles: readonly DomainSnapshot[]
  /** Of all that there are. */
  readonly count: number
}

/** Points that others grew from are older than those, so they are not even read. */
async function youngest(domains: readonly Domain[]): Promise<Handles> {
  const [lists, counts] = await Promise.all([
    Promise.all(domains.map((domain) => unlessGone(domain.listAllSnapshots(['leaves']), []))),
    Promise.all(domains.map((domain) => unlessGone(domain.snapshotNum(), 0))),
  ])
  return { handles: lists.flat(), count: counts.reduce((sum, each) => sum + each, 0) }
}

async function matching(domains: readonly Domain[], words: readonly string[]): Promise<Handles> {
  const lists = await Promise.all(domains.map((domain) => unlessGone(domain.listAllSnapshots(), [])))
  const handles = lists.flat().filter(({ domain, name }) => {
    const all = `${domain.name} ${name}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
  return { handles, count: handles.length }
}

interface ReadPoint {
  readonly domain: Domain
  readonly point: DomainSnapshotXml
  readonly takenAtMs: number
}

/** Null: it was removed while we looked. */
async function readHandle(handle: DomainSnapshot): Promise<ReadPoint | null> {
  const text = await unlessGone(handle.getXMLDesc(), null)
  if (text === null) return null
  const point = DomainSnapshotXml.parse(text)
  return { domain: handle.domain, point, takenAtMs: (point.creationTimeSeconds ?? 0) * 1000 }
}

const newestOfEach = (sorted: readonly ReadPoint[]) =>
  [...new Map(sorted.toReversed().map((each) => [each.domain.uuid, each])).values()].sort(
    (one, other) => other.takenAtMs - one.takenAtMs,
  )

async function describe(
  host: Host,
  pictures: SnapshotPictures,
  { domain, point, takenAtMs }: ReadPoint,
  uses: LookAtDisks['uses'],
): Promise<PastState | null> {
  const present = await unlessGone(domain.getXMLDesc(), null)
  if (present === null) return null
  const name = point.name ?? ''
  const { blocked } = await heldAtPoint(host, point, DomainXml.parse(present), { uses })
  return {
    uuid: domain.uuid,
    machineName: domain.name,
    name,
    takenAtMs,
    holds: holdsOf(point),
    hasPicture: await pictures.has({ hostId: host.id, uuid: domain.uuid }, name),
    blocked,
  }
}

async function unlessGone<T>(asking: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asking
  } catch (error) {
    if (error instanceof LibvirtError && (error.code === 'no-domain' || error.code === 'no-domain-snapshot'))
      return otherwise
    throw error
  }
}
