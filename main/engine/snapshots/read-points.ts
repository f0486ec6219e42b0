import type { Machine } from '@strata/contract/machines.ts'
import type { Snapshot, SnapshotList } from '@strata/contract/snapshots.ts'
import { LibvirtError, type Connection, type Domain, type DomainSnapshot } from 'node-libvirt'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { readVmStateBytes } from '../storage/qcow2-snapshots.ts'
import { heldDisks, removeBlocked, revertBlocked, takeBlocked, takeHolds, type PointDisk, type PointGround } from './blocked.ts'
import type { SnapshotPictures } from './pictures.ts'
import { readNote } from './point-note.ts'
import { suggestedName } from './suggested-name.ts'

/** The machine's restore points, and whether and how another could be taken. */
export async function readPoints(host: Host, connection: Connection, machine: Machine, pictures: SnapshotPictures): Promise<SnapshotList> {
  const domain = await connection.domainLookupByUUID(machine.uuid)
  const definition = DomainXml.parse(await domain.getXMLDesc())
  const ground = groundOf(host, machine, definition)
  const [handles, currentName, sizes] = await Promise.all([
    domain.listAllSnapshots(),
    currentPointName(domain),
    vmStateSizes(host, definition),
  ])
  const snapshots = await Promise.all(
    handles.map((handle) => describePoint(handle, { ground, machine, pictures, sizes, isCurrent: handle.name === currentName })),
  )
  return {
    snapshots: snapshots.filter((snapshot) => snapshot !== null),
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
  readonly ground: PointGround
  readonly machine: Machine
  readonly pictures: SnapshotPictures
  readonly sizes: ReadonlyMap<string, number>
  readonly isCurrent: boolean
}

/** Null: it was removed while we looked. */
async function describePoint(handle: DomainSnapshot, surroundings: PointSurroundings): Promise<Snapshot | null> {
  const { ground, machine, pictures, sizes, isCurrent } = surroundings
  const xml = await nullWhenGone(handle.getXMLDesc())
  if (xml === null) return null
  const point = DomainSnapshotXml.parse(xml)
  const kind = kindOf(point)
  const holds = point.memory === 'internal' || point.memory === 'external' ? 'disks-and-memory' : 'disks'
  return {
    name: handle.name,
    parentName: point.parentName,
    ...readNote(point.description ?? ''),
    takenAtMs: (point.creationTimeSeconds ?? 0) * 1000,
    holds,
    machineState: point.state === 'running' || point.state === 'blocked' ? 'running' : point.state === 'paused' ? 'paused' : 'shut-off',
    kind,
    current: isCurrent,
    sizeBytes: holds === 'disks-and-memory' ? (sizes.get(handle.name) ?? null) : null,
    hasPicture: await pictures.has(machine, handle.name),
    revertBlocked: revertBlocked(ground, kind),
    removeBlocked: removeBlocked(ground, kind),
  }
}

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

/** The memory lies in the first of the disks that hold points. */
async function vmStateSizes(host: Host, definition: DomainXml): Promise<ReadonlyMap<string, number>> {
  const held = new Set(heldDisks(definition.devices.disks.map(pointDisk)).map(({ targetDev }) => targetDev))
  const sizes = new Map<string, number>()
  if (!host.isLocal) return sizes
  for (const disk of definition.devices.disks) {
    if (disk.source.file === null || !held.has(disk.target.device ?? '')) continue
    for (const [name, bytes] of (await readVmStateBytes(disk.source.file)) ?? []) sizes.set(name, Math.max(bytes, sizes.get(name) ?? 0))
  }
  return sizes
}
