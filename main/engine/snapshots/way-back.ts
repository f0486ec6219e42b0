import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Connection } from 'node-libvirt'
import type { DomainSnapshotXml } from 'node-libvirt/xml'

import { fileKey } from '../disk-images/file-key.ts'
import { presenceOf } from '../hosts/place/files-of.ts'
import type { Host } from '../hosts/host.ts'
import { isActive, revertBlocked } from './blocked.ts'
import { lookIntoImages } from './images-of-point.ts'
import type { MachineNow } from './machine-now.ts'
import { disksOfPoint, type DiskOfPoint } from './point-disks.ts'
import { kindOf, wasRunning } from './point-facts.ts'

/** Whether a machine can be taken back to a point, by what the daemon and the images say at this moment. */
export interface WayBack {
  /** The reason and the way out; null: nothing of this machine stands in the way. */
  readonly blocked: Said | null
  /** The images that going back sets back. */
  readonly setBackPaths: readonly string[]
  /** One of them that is no disk of the machine any more: it may be somebody else's by now. */
  readonly takenOffPath: string | null
  /** A disk whose image holds the point's name more than once. */
  readonly twinsOn: string | null
  /** What cannot be seen from here, as sentences. */
  readonly unseen: readonly Said[]
}

export async function lookForWayBack(
  host: Host,
  connection: Connection,
  now: MachineNow,
  point: DomainSnapshotXml,
): Promise<WayBack> {
  const disks = await disksOfPoint(connection, point)
  const images = await lookIntoImages(point, disks, now.tables)
  const takenOff = await disksTakenOff(host, now, disks)
  const disksBlock = now.ground.isTestDriver
    ? null
    : ((point.hasDomain ? null : say('snapshots.pointDoesNotSayWhat')) ??
      (await missingDisk(host, disks)) ??
      describeTakenOff(takenOff) ??
      images.disagreement ??
      (await missingMedium(host, now, disks, point)))
  const facts = { name: point.name ?? '', kind: kindOf(point), disksBlock }
  return {
    blocked: revertBlocked(now.ground, facts),
    setBackPaths: disks.flatMap(({ path, isSetBack }) => (isSetBack && path !== null ? [path] : [])),
    takenOffPath: takenOff?.path ?? null,
    twinsOn: images.twinsOn,
    unseen: images.unread.map((targetDev) => say('snapshots.imageDiskMayNot', { targetDev })),
  }
}

async function missingDisk(host: Host, disks: readonly DiskOfPoint[]): Promise<Said | null> {
  for (const { targetDev, path, isSetBack } of disks) {
    if (!isSetBack) continue
    if (path === null) return say('snapshots.diskPointNotFound', { targetDev })
    if (host.files !== null && (await presenceOf(host.files, path)) === 'missing')
      return say('snapshots.fileDiskPointNames', { targetDev, path })
  }
  return null
}

type TakenOff = DiskOfPoint & { readonly path: string }

/** libvirt sets back every disk that the point names, also one that is another machine's now, and nothing keeps its present. */
async function disksTakenOff(host: Host, now: MachineNow, disks: readonly DiskOfPoint[]): Promise<TakenOff | null> {
  const keys = await Promise.all(now.disks.flatMap(({ path }) => (path === null ? [] : [fileKey(host, path)])))
  const present = new Set(keys)
  for (const disk of disks) {
    const { path, isSetBack } = disk
    if (isSetBack && path !== null && !present.has(await fileKey(host, path))) return { ...disk, path }
  }
  return null
}

function describeTakenOff(disk: TakenOff | null): Said | null {
  if (disk === null) return null
  return say('snapshots.diskPointNoDisk', { targetDev: disk.targetDev, path: disk.path })
}

/** A machine that ran is started anew, with all that it had then. */
async function missingMedium(
  host: Host,
  { ground }: MachineNow,
  disks: readonly DiskOfPoint[],
  point: DomainSnapshotXml,
): Promise<Said | null> {
  const { files } = host
  if (files === null || !wasRunning(point)) return null
  for (const { targetDev, path, isSetBack, isOptional, isEmpty } of disks) {
    if (isSetBack || isOptional || isEmpty || path === null) continue
    if ((await presenceOf(files, path)) !== 'missing') continue
    return isActive(ground.machine.state)
      ? say('snapshots.machineWhenPointTaken', { path, targetDev })
      : say('snapshots.machineWhenPointTakenNot', { path, targetDev })
  }
  return null
}
