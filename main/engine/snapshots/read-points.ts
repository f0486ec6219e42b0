import type { Machine } from '@strata/contract/machines.ts'
import type { Snapshot, SnapshotList } from '@strata/contract/snapshots.ts'
import type { Connection, Domain, DomainSnapshot } from 'node-libvirt'
import { DomainSnapshotXml } from 'node-libvirt/xml'

import type { FileUsers } from '../disk-images/file-users.ts'
import { askOnce } from '../disk-images/machines-with-disk.ts'
import type { Host } from '../hosts/host.ts'
import { removeBlocked, takeBlocked, takeHolds } from './blocked.ts'
import { takeNotices } from './firmware-notices.ts'
import { describeForgotten, findForgotten } from './forgotten.ts'
import { heldAtPoint, type LookAtDisks } from './held-disks.ts'
import { ImageTables } from './image-tables.ts'
import { keptImages, lookAtMachine, type MachineNow } from './machine-now.ts'
import type { SnapshotPictures } from './pictures.ts'
import { holdsOf, kindOf, machineStateOf, nullWhenPointGone } from './point-facts.ts'
import { readNote } from './point-note.ts'
import { suggestedName } from './suggested-name.ts'
import { lookForWayBack } from './way-back.ts'

export interface PointsToRead {
  readonly machine: Machine
  readonly pictures: SnapshotPictures
  readonly fileUsers: FileUsers
}

/** The machine's restore points, and whether and how another could be taken. */
export async function readPoints(
  host: Host,
  connection: Connection,
  { machine, pictures, fileUsers }: PointsToRead,
  tables = new ImageTables(host),
): Promise<SnapshotList> {
  const now = await lookAtMachine(host, connection, machine, tables)
  const [points, currentName] = await Promise.all([pointsOf(now.domain), currentPointName(now.domain)])
  const uses = askOnce(fileUsers, { host, paths: [] })
  const snapshots = await Promise.all(
    points.map((point) => describePoint(host, connection, { point, now, pictures, currentName, uses })),
  )
  const names = points.map(({ name }) => name ?? '')
  const takenNames = [...new Set([...names, ...(await namesInImages(now))])]
  const kinds = snapshots.map(({ kind }) => kind)
  return {
    snapshots: snapshots.sort((one, other) => one.takenAtMs - other.takenAtMs),
    forgotten: describeForgotten(now, new Set(names), await findForgotten(now, points)),
    takeBlocked: takeBlocked(now.ground, kinds),
    suggestedName: suggestedName(takenNames),
    takenNames,
    takeNotices: await takeNotices(host, now),
    takeHolds: takeHolds(now.ground.machine.state),
  }
}

/** What libvirt has in its list; a point that is removed while we look is not in it. */
export async function pointsOf(domain: Domain): Promise<DomainSnapshotXml[]> {
  const texts = await Promise.all((await domain.listAllSnapshots()).map((handle) => textOf(handle)))
  return texts.flatMap((text) => (text === null ? [] : [DomainSnapshotXml.parse(text)]))
}

const textOf = (handle: DomainSnapshot) => nullWhenPointGone(handle.getXMLDesc())

export const currentPointName = (domain: Domain): Promise<string | null> =>
  nullWhenPointGone(domain.snapshotCurrent().then(({ name }) => name))

/** libvirt may have forgotten some of them; one more of such a name would make the two look alike to QEMU. */
export async function namesInImages(now: Pick<MachineNow, 'disks' | 'tables'>): Promise<string[]> {
  const tables = await Promise.all(keptImages(now).map(({ path }) => now.tables.of(path)))
  return tables.flatMap((table) => [...(table?.keys() ?? [])])
}

interface Surroundings {
  readonly point: DomainSnapshotXml
  readonly now: MachineNow
  readonly pictures: SnapshotPictures
  readonly currentName: string | null
  readonly uses: LookAtDisks['uses']
}

async function describePoint(
  host: Host,
  connection: Connection,
  { point, now, pictures, currentName, uses }: Surroundings,
): Promise<Snapshot> {
  const name = point.name ?? ''
  const kind = kindOf(point)
  const holds = holdsOf(point)
  const innerPoints = (path: string) => now.tables.of(path)
  const held = await heldAtPoint(host, point, now.definition, { uses, innerPoints })
  const way = await lookForWayBack(host, connection, now, point)
  return {
    name,
    parentName: point.parentName,
    ...readNote(point.description ?? ''),
    takenAtMs: (point.creationTimeSeconds ?? 0) * 1000,
    holds,
    machineState: machineStateOf(point),
    kind,
    current: name === currentName,
    sizeBytes: holds === 'disks-and-memory' ? await memoryBytes(now, name) : null,
    hasPicture: await pictures.has(now.machine, name),
    revertBlocked: way.blocked,
    removeBlocked: removeBlocked(now.ground, kind, way.twinsOn),
    copyBlocked: held.blocked,
  }
}

/** The memory lies in one of the disks that hold the point. Null: no image can be read from here. */
async function memoryBytes(now: MachineNow, name: string): Promise<number | null> {
  const sizes: number[] = []
  for (const { path } of keptImages(now)) {
    const table = await now.tables.of(path)
    if (table !== null) sizes.push(table.get(name)?.at(-1)?.vmStateBytes ?? 0)
  }
  return sizes.length === 0 ? null : Math.max(...sizes)
}
