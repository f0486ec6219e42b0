import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { readImageHeader } from '../disk-images/image-header.ts'
import type { FileUses } from '../disk-images/file-uses.ts'
import { machinesWithDisk } from '../disk-images/machines-with-disk.ts'
import { readInnerPoints, type InnerPoint, type InnerPoints } from '../disk-images/qcow2-snapshots.ts'
import { canonicalPath, factsOrNull, presenceOf } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'

/** A disk's content at a restore point: the image that it lies in, and how. */
export interface HeldDisk {
  readonly targetDev: string
  readonly bus: string | null
  readonly path: string
  readonly format: 'qcow2' | 'raw'
  /** The point inside of the image; null: the image itself, which nobody has written to since. */
  readonly inside: InnerPoint | null
  /** What the image is now, which may be more than it was. */
  readonly capacityBytes: number
}

export interface HeldDisks {
  readonly disks: readonly HeldDisk[]
  /** Why they cannot be had; null: they can, and all of them are there. */
  readonly blocked: Said | null
}

type Disk = DomainXml['devices']['disks'][number]

/**
 * Where a machine's disks are as they were at a point. Inside of an image QEMU keeps them apart from what the guest writes
 * now. A point beside the images left behind the files that were written to until then.
 * @param present the machine's definition now
 */
export async function heldAtPoint(
  host: Host,
  point: DomainSnapshotXml,
  present: DomainXml,
  { uses, innerPoints }: LookAtDisks,
): Promise<HeldDisks> {
  try {
    const files = requireSeen(host)
    const look = innerPoints ?? ((path) => readInnerPoints(files, path))
    const disks: HeldDisk[] = []
    for (const disk of disksThen(point))
      disks.push(await heldDisk(host, point, { files, disk, present, uses, innerPoints: look }))
    return { disks, blocked: null }
  } catch (error) {
    if (error instanceof Blocked) return { disks: [], blocked: error.said }
    throw error
  }
}

/** Ends the looking at the first disk that cannot be had. */
class Blocked extends Error {
  constructor(readonly said: Said) {
    super(said.english)
  }
}

function requireSeen(host: Host): HostFiles {
  if (host.address.driver === 'test') throw new Blocked(say('snapshots.holdsNoDisksPoint'))
  if (host.files?.sharesPaths === true) return host.files
  throw new Blocked(say('snapshots.disksLieTheyCan', { host: host.label }))
}

function disksThen(point: DomainSnapshotXml): readonly Disk[] {
  if (!point.hasDomain) throw new Blocked(say('snapshots.pointDoesNotSay'))
  const disks = point.domain.devices.disks.filter(
    ({ device, isReadOnly }) => device !== 'cdrom' && device !== 'floppy' && !isReadOnly,
  )
  if (disks.length === 0) throw new Blocked(say('snapshots.holdsNoDisks'))
  return [...disks]
}

function heldDisk(host: Host, point: DomainSnapshotXml, around: Surroundings): Promise<HeldDisk> {
  const { disk } = around
  const { device: target } = disk.target
  const path = disk.source.file
  if (target === null || disk.type !== 'file' || path === null)
    throw new Blocked(say('snapshots.diskNotFile', { target: target ?? '' }))
  const kept = point.disks.find(({ name }) => name === target || name === path)
  switch (kept?.snapshot) {
    case 'internal':
      return insideOf(point.name ?? '', { target, path, ...around })
    case 'external':
      return frozen(host, point, { target, path, ...around, overlayPath: kept.source.file })
    default:
      throw new Blocked(say('snapshots.diskLeftOutPoint', { target }))
  }
}

export interface LookAtDisks {
  /** Who needs which file; asked only where a point lies beside the images. */
  readonly uses: () => Promise<FileUses>
  /** Gives what an image's table holds; for whoever has read it already. */
  readonly innerPoints?: (path: string) => Promise<InnerPoints | null>
}

interface Surroundings extends Required<LookAtDisks> {
  readonly files: HostFiles
  readonly disk: Disk
  readonly present: DomainXml
}

interface Place extends Surroundings {
  readonly target: string
  readonly path: string
}

async function insideOf(name: string, { files, target, path, disk, present, innerPoints }: Place) {
  // The image may have been moved since; its points went with it.
  const now = present.devices.disks.find((each) => each.target.device === target)?.source.file ?? path
  for (const each of new Set([path, now])) {
    const [inside, ...twins] = (await innerPoints(each))?.get(name) ?? []
    if (inside === undefined) continue
    if (twins.length > 0) throw new Blocked(say('snapshots.imageDiskHoldsTwoPoints', { target }))
    const capacityBytes = await readWhole(files, each, 'qcow2', target)
    if (inside.diskBytes !== null && inside.diskBytes > capacityBytes)
      throw new Blocked(say('snapshots.diskMadeSmallerSince', { target }))
    return { targetDev: target, bus: disk.target.bus, path: each, format: 'qcow2', inside, capacityBytes } as const
  }
  await readWhole(files, now, 'qcow2', target)
  throw new Blocked(say('snapshots.imageDiskDoesNot', { target }))
}

/** Clocks of files are not those of points to the last moment, and the switch to the new file takes its time. */
const slackMs = 10_000

async function frozen(
  host: Host,
  point: DomainSnapshotXml,
  { files, target, path, disk, present, uses, overlayPath }: Place & { overlayPath: string | null },
): Promise<HeldDisk> {
  const format = disk.driver.type === 'qcow2' ? 'qcow2' : 'raw'
  const chain: string[] = []
  const capacityBytes = await readWhole(files, path, format, target, chain)
  const writer = await writerOf(host, path, present, uses)
  if (writer !== null) throw new Blocked(say('snapshots.writesDoesNotHold', { writer, path }))
  const takenAtMs = (point.creationTimeSeconds ?? 0) * 1000
  // With its memory, a point is taken long after it was asked for: the new file is made at its end.
  const switchedAtMs = overlayPath === null ? takenAtMs : Math.max(takenAtMs, await birthMs(files, overlayPath))
  for (const each of chain)
    if (Number((await files.stat(each)).writtenAtNs / 1_000_000n) > switchedAtMs + slackMs)
      throw new Blocked(say('snapshots.changedAfterPointTaken', { each }))
  return { targetDev: target, bus: disk.target.bus, path, format, inside: null, capacityBytes }
}

/** libvirt tells nobody that a machine goes on in another file: of the point's own, what it says itself counts. */
async function writerOf(
  host: Host,
  path: string,
  present: DomainXml,
  uses: LookAtDisks['uses'],
): Promise<string | null> {
  const wanted = await canonicalPath(host, path)
  for (const { source } of present.devices.disks)
    if (source.file !== null && (await canonicalPath(host, source.file)) === wanted) return present.name
  return (await machinesWithDisk(await uses(), path)).find(({ uuid }) => uuid !== present.uuid)?.name ?? null
}

/** 0: it is not there any more, or this place does not say. */
async function birthMs(files: HostFiles, path: string): Promise<number> {
  const identity = (await factsOrNull(files, path))?.identity ?? null
  return identity === null ? 0 : Number(BigInt(identity.bornNs) / 1_000_000n)
}

/** Longer chains are no honest ones, and a circle would have no end. */
const longestChain = 64

/**
 * How large the disk is, once all files below it are known to be there. None of them is opened by a guess: its format is
 * what is written down.
 * @param chain gets the paths, from the image down
 */
async function readWhole(
  files: HostFiles,
  path: string,
  format: string,
  target: string,
  chain: string[] = [],
): Promise<number> {
  const header = await readImageHeader(files, path)
  if (header === null) throw await unreadable(files, path, target)
  if (format === 'qcow2' && header.format !== 'qcow2')
    throw new Blocked(say('snapshots.imageDiskNoQcow2', { path, target }))
  chain.push(path)
  if (format === 'qcow2' && header.backing !== null) {
    const { backing } = header
    if (backing.format === null) throw new Blocked(say('snapshots.doesNotSayFormat', { path }))
    if (chain.length > longestChain) throw new Blocked(say('snapshots.diskBuiltTooMany', { target }))
    await readWhole(files, backing.path, backing.format, target, chain)
  }
  return format === 'qcow2' ? (header.virtualSizeBytes ?? 0) : (await files.stat(path)).sizeBytes
}

async function unreadable(files: HostFiles, path: string, target: string): Promise<Blocked> {
  const isThere = (await presenceOf(files, path)) !== 'missing'
  return new Blocked(
    isThere ? say('snapshots.fileDiskMayNot', { target, path }) : say('snapshots.fileDiskNotThere', { target, path }),
  )
}
