import type { Snapshot } from '@strata/contract/snapshots.ts'
import { LibvirtError } from 'node-libvirt'
import type { DomainSnapshotXml } from 'node-libvirt/xml'

export const holdsOf = ({ memory }: DomainSnapshotXml): Snapshot['holds'] =>
  memory === 'internal' || memory === 'external' ? 'disks-and-memory' : 'disks'

export function kindOf(point: DomainSnapshotXml): Snapshot['kind'] {
  const places = new Set([...point.disks.map(({ snapshot }) => snapshot), point.memory])
  if (places.has('external')) return places.has('internal') ? 'mixed' : 'external'
  return 'internal'
}

export function machineStateOf({ state }: DomainSnapshotXml): Snapshot['machineState'] {
  if (state === 'running' || state === 'blocked') return 'running'
  return state === 'paused' ? 'paused' : 'shut-off'
}

export const wasRunning = (point: DomainSnapshotXml) => machineStateOf(point) !== 'shut-off'

/** Null: the point was removed while we looked. */
export async function nullWhenPointGone<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-domain-snapshot') return null
    throw error
  }
}
