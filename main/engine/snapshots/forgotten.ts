import type { ForgottenPoint } from '@strata/contract/snapshots.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainSnapshotXml } from 'node-libvirt/xml'

import type { InnerPoint } from '../disk-images/qcow2-snapshots.ts'
import { heldDisks, isActive } from './blocked.ts'
import { fitting } from './inner-match.ts'
import { keptImages, type MachineNow } from './machine-now.ts'
import { nameProblem } from './suggested-name.ts'

/** A point inside of one image that libvirt's list does not have. */
export interface ForgottenEntry {
  readonly targetDev: string
  readonly path: string
  readonly entry: InnerPoint
  /** How many of its name lie before it in the image's table: QEMU's tools go by the name, and take the first. */
  readonly namesakesBefore: number
  readonly namesakes: number
}

export interface Forgotten {
  readonly key: string
  readonly name: string
  readonly entries: readonly ForgottenEntry[]
}

/** @param points those of libvirt's list */
export async function findForgotten(
  now: Pick<MachineNow, 'disks' | 'tables'>,
  points: readonly DomainSnapshotXml[],
): Promise<Forgotten[]> {
  const byName = new Map<string, ForgottenEntry[]>()
  for (const { targetDev, path } of keptImages(now)) {
    for (const [name, entries] of (await now.tables.of(path)) ?? []) {
      const known = entryOf(points, name, targetDev, entries)
      const forgotten = entries.flatMap((entry, namesakesBefore) =>
        entry === known ? [] : [{ targetDev, path, entry, namesakesBefore, namesakes: entries.length }],
      )
      if (forgotten.length > 0) byName.set(name, [...(byName.get(name) ?? []), ...forgotten])
    }
  }
  return [...byName].flatMap(([name, entries]) =>
    groupsOf(entries).map((group) => ({ key: keyOf(group), name, entries: group })),
  )
}

/** The entry of an image that is the point of libvirt's list; undefined: none is. */
function entryOf(
  points: readonly DomainSnapshotXml[],
  name: string,
  targetDev: string,
  entries: readonly InnerPoint[],
): InnerPoint | undefined {
  const point = points.find((each) => each.name === name)
  const isIn = point?.disks.some(({ name: disk, snapshot }) => snapshot === 'internal' && disk === targetDev) ?? false
  return point !== undefined && isIn ? fitting(entries, point.creationTimeSeconds).at(-1) : undefined
}

/** One of a name on each disk belongs together. Where an image has several of them, nothing tells which. */
function groupsOf(entries: readonly ForgottenEntry[]): readonly (readonly ForgottenEntry[])[] {
  const disks = new Set(entries.map(({ targetDev }) => targetDev))
  return disks.size === entries.length ? [entries] : entries.map((entry) => [entry])
}

const keyOf = (entries: readonly ForgottenEntry[]) =>
  entries.map(({ targetDev, entry }) => [targetDev, entry.id, entry.mark].join(':')).join(' ')

export function describeForgotten(
  now: MachineNow,
  pointNames: ReadonlySet<string>,
  all: readonly Forgotten[],
): ForgottenPoint[] {
  return all.map((each) => ({
    key: each.key,
    name: each.name,
    takenAtMs: Math.max(...each.entries.map(({ entry }) => entry.takenAtSeconds)) * 1000,
    targetDevs: each.entries.map(({ targetDev }) => targetDev),
    takeBackBlocked: takeBackBlocked(now, pointNames, each),
    removeBlocked: forgottenRemoveBlocked(now, each),
  }))
}

export function takeBackBlocked(
  now: Pick<MachineNow, 'disks'>,
  pointNames: ReadonlySet<string>,
  { name, entries }: Forgotten,
): Said | null {
  if (pointNames.has(name)) return say('snapshots.listAnotherPointName')
  const unfit = nameProblem(name)
  if (unfit !== null) return say('snapshots.qemuCouldTakeFor', { unfit })
  if (entries.some(({ namesakes }) => namesakes > 1)) return say('snapshots.imageHoldsMoreThan')
  const holding = new Set(entries.map(({ targetDev }) => targetDev))
  const lacking = heldDisks(now.disks).find(({ targetDev }) => !holding.has(targetDev))
  if (lacking !== undefined) return say('snapshots.diskDoesNotHold', { targetDev: lacking.targetDev })
  return entries.some(({ entry }) => entry.vmStateBytes > 0) ? say('snapshots.holdsMemoryWhatMachine') : null
}

export function forgottenRemoveBlocked({ ground }: Pick<MachineNow, 'ground'>, { entries }: Forgotten): Said | null {
  if (isActive(ground.machine.state)) return say('snapshots.machineUsesImagesNow')
  if (ground.machine.state === 'unknown') return say('snapshots.stateMachineNotKnown')
  const later = entries.find(({ namesakesBefore }) => namesakesBefore > 0)
  return later === undefined ? null : say('snapshots.imageDiskHoldsOlder', { targetDev: later.targetDev })
}
