import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainSnapshotXml } from 'node-libvirt/xml'

import type { InnerPoint } from '../disk-images/qcow2-snapshots.ts'
import type { ImageTables } from './image-tables.ts'
import { fitting } from './inner-match.ts'
import type { DiskOfPoint } from './point-disks.ts'

/** A point as its images have it. */
export interface ImagesOfPoint {
  /** By target: the entry that is this point; disks whose image cannot be read from here are not in it. */
  readonly entries: ReadonlyMap<string, InnerPoint>
  /** Where the images and libvirt's list disagree; null: nowhere that can be seen. */
  readonly disagreement: Said | null
  /** A disk whose image holds the name more than once: what goes by the name could hit the wrong one. */
  readonly twinsOn: string | null
  /** Targets of images that cannot be read from here. */
  readonly unread: readonly string[]
}

/** Looks whether each image holds the point, once, and of that moment. QEMU goes by the name alone, and takes the first that has it. */
export async function lookIntoImages(
  point: DomainSnapshotXml,
  disks: readonly DiskOfPoint[],
  tables: ImageTables,
): Promise<ImagesOfPoint> {
  const entries = new Map<string, InnerPoint>()
  const unread: string[] = []
  let disagreement: Said | null = null
  let twinsOn: string | null = null
  for (const { targetDev, path, isSetBack } of disks) {
    if (!isSetBack || path === null) continue
    const table = await tables.of(path)
    if (table === null) {
      if (!(await tables.isReadable(path))) unread.push(targetDev)
      else disagreement ??= say('snapshots.imageDiskNoTable', { targetDev })
      continue
    }
    const named = table.get(point.name ?? '') ?? []
    const [entry] = fitting(named, point.creationTimeSeconds).toReversed()
    if (entry !== undefined) entries.set(targetDev, entry)
    if (named.length > 1) twinsOn ??= targetDev
    disagreement ??= disagreementOf(targetDev, named, entry)
  }
  return { entries, disagreement, twinsOn, unread }
}

function disagreementOf(targetDev: string, named: readonly InnerPoint[], entry: InnerPoint | undefined): Said | null {
  // QEMU is stopped before it finds out that there is nothing to go back to.
  if (named.length === 0) return say('snapshots.imageDiskDoesNotHold', { targetDev })
  if (named.length > 1) return say('snapshots.imageDiskHoldsTwoPointsName', { targetDev })
  return entry === undefined ? say('snapshots.imageDiskHoldsAnother', { targetDev }) : null
}
