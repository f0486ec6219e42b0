import type { Machine } from '@strata/contract/machines.ts'
import type { Snapshot, SnapshotList } from '@strata/contract/snapshots.ts'
import { LibvirtError, type Connection, type Domain, type DomainSnapshot } from 'node-libvirt'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { readInnerPoints, type InnerPoints } from '../disk-images/qcow2-snapshots.ts'
import { filesAreHere } from '../hosts/files-here.ts'
import {
  heldDisks,
  removeBlocked,
  revertBlocked,
  takeBlocked,
  takeHolds,
  type PointDisk,
  type PointGround,
} from './blocked.ts'
import { heldAtPoint } from './held-disks.ts'
import type { SnapshotPictures } from './pictures.ts'
import { readNote } from './point-note.ts'
import { suggestedName } from './suggested-name.ts'

/** The machine's restore points, and whether and how another could be taken. */
export async function readPoints(
  host: Host,
  connection: Connection,
  machine: Machine,
  pictures: SnapshotPictures,
): Promise<SnapshotList> {
  const domain = await connection.domainLookupByUUID(machine.uuid)
  const definition = DomainXml.parse(await domain.getXMLDesc())
  const ground = groundOf(host, machine, definition)
  const [handles, currentName, tables] = await Promise.all([
    domain.listAllSnapshots(),
    currentPointName(domain),
    readPointTables(host, definition),
  ])
  const snapshots = await Promise.all(
    handles.map((handle) =>
      describePoint(host, handle, {
        ...{ definition, ground, machine, pictures, tables },
        isCurrent: handle.name === currentName,
      }),
    ),
  )
  return {
    snapshots: snapshots.filter((snapshot) => snapshot !== null).sort((one, other) => one.takenAtMs - other.takenAtMs),
    takeBlocked: takeBlocked(
      ground,
      snapshots.flatMap((snapshot) => snapshot?.kind ?? []),
    ),
    suggestedName: suggestedName(handles.map(({ name }) => name)),
    takeHolds: takeHolds(machine.state),
  }
}

export function groundOf(host: Host, machine: Machine, definition: DomainXml): PointGround {
  return {
    machine,
    disks: definition.devices.disks.map(pointDisk),
    libvirtVersion: host.facts?.libvirtVersion ?? '0',
    isTestDriver: machine.accelerator === 'test',
  }
}

function pointDisk(disk: DomainXml['devices']['disks'][number]): PointDisk {
  return {
    targetDev: disk.target.device ?? '',
    device: disk.device ?? 'disk',
    format: disk.driver.type,
    readOnly: disk.isReadOnly,
    transient: disk.isTransient,
    isFile: disk.type === 'file' || disk.type === 'volume',
  }
}

interface PointSurroundings {
  readonly definition: DomainXml
  readonly ground: PointGround
  readonly machine: Machine
  readonly pictures: SnapshotPictures
  readonly tables: PointTables
  readonly isCurrent: boolean
}

/** Null: it was removed while we looked. */
async function describePoint(
  host: Host,
  handle: DomainSnapshot,
  surroundings: PointSurroundings,
): Promise<Snapshot | null> {
  const { definition, ground, machine, pictures, tables, isCurrent } = surroundings
  const xml = await nullWhenGone(handle.getXMLDesc())
  if (xml === null) return null
  const point = DomainSnapshotXml.parse(xml)
  const kind = kindOf(point)
  const facts = { name: handle.name, kind, missingOn: missingOn(point, tables) }
  const holds = holdsOf(point)
  const innerPoints = (path: string) => Promise.resolve(tables.get(path) ?? readInnerPoints(path))
  return {
    name: handle.name,
    parentName: point.parentName,
    ...readNote(point.description ?? ''),
    takenAtMs: (point.creationTimeSeconds ?? 0) * 1000,
    holds,
    machineState:
      point.state === 'running' || point.state === 'blocked'
        ? 'running'
        : point.state === 'paused'
          ? 'paused'
          : 'shut-off',
    kind,
    current: isCurrent,
    sizeBytes: holds === 'disks-and-memory' ? largest(handle.name, tables) : null,
    hasPicture: await pictures.has(machine, handle.name),
    revertBlocked: revertBlocked(ground, facts),
    removeBlocked: removeBlocked(ground, kind),
    copyBlocked: (await heldAtPoint(host, point, definition, innerPoints)).blocked,
  }
}

export const holdsOf = ({ memory }: DomainSnapshotXml): Snapshot['holds'] =>
  memory === 'internal' || memory === 'external' ? 'disks-and-memory' : 'disks'

function kindOf(point: DomainSnapshotXml): Snapshot['kind'] {
  const places = new Set([...point.disks.map(({ snapshot }) => snapshot), point.memory])
  if (places.has('external')) return places.has('internal') ? 'mixed' : 'external'
  return 'internal'
}

async function currentPointName(domain: Domain): Promise<string | null> {
  return nullWhenGone(domain.snapshotCurrent().then(({ name }) => name))
}

async function nullWhenGone<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-domain-snapshot') return null
    throw error
  }
}

/** The images' own tables, by target; a disk whose image cannot be read from here is not in it. */
type PointTables = ReadonlyMap<string, InnerPoints>

export async function readPointTables(host: Host, definition: DomainXml): Promise<PointTables> {
  const held = new Set(heldDisks(definition.devices.disks.map(pointDisk)).map(({ targetDev }) => targetDev))
  const tables = new Map<string, InnerPoints>()
  if (!filesAreHere(host)) return tables
  for (const { source, target } of definition.devices.disks) {
    if (source.file === null || target.device === null || !held.has(target.device)) continue
    const table = await readInnerPoints(source.file)
    if (table !== null) tables.set(target.device, table)
  }
  return tables
}

/** The memory lies in one of the disks that hold the point. */
function largest(name: string, tables: PointTables): number | null {
  const sizes = [...tables.values()].map((table) => table.get(name)?.vmStateBytes ?? 0)
  return sizes.length === 0 ? null : Math.max(...sizes)
}

/** The first disk whose image should hold the point and does not. */
export function missingOn(point: DomainSnapshotXml, tables: PointTables): string | null {
  const held = point.disks.filter(({ snapshot }) => snapshot === 'internal').map(({ name }) => name ?? '')
  return held.find((target) => tables.get(target)?.has(point.name ?? '') === false) ?? null
}
