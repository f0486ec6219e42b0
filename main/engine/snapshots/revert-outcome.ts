import type { Domain } from 'node-libvirt'
import type { DomainSnapshotXml } from 'node-libvirt/xml'
import type { MachineState } from '@strata/contract/machines.ts'

import type { Host } from '../hosts/host.ts'
import { readState } from '../hosts/read-machines.ts'
import { standsAtPoint } from '../disk-images/stands-at-point.ts'
import { isActive } from './blocked.ts'
import { machineStateOf } from './point-facts.ts'
import { currentPointName } from './read-points.ts'

/** What tells whether a machine went back. */
export interface Stand {
  readonly currentPoint: string | null
  readonly state: MachineState
  readonly stateReason: string | null
}

export async function standOf(domain: Domain): Promise<Stand> {
  const [currentPoint, picture] = await Promise.all([currentPointName(domain), readState(domain)])
  return { currentPoint, ...picture }
}

interface Question {
  readonly host: Host
  readonly point: DomainSnapshotXml
  readonly before: Stand
  readonly after: Stand
  /** Those that going back sets back. */
  readonly images: readonly string[]
}

/** 'disks-only': all disks are back, and nothing was written since; libvirt's list and the definition are as before. */
export type RevertOutcome = 'went-back' | 'disks-only' | 'did-not' | 'unclear'

/**
 * libvirt notes the current point after the disks are set back, and starts the machine last. A machine that is off wrote
 * nothing since: its images themselves say whether they stand at the point.
 */
export async function outcomeOf({ host, point, before, after, images }: Question): Promise<RevertOutcome> {
  const name = point.name ?? ''
  const isNoted = after.currentPoint === name
  const wanted = machineStateOf(point)
  const { files } = host
  if (wanted === 'shut-off' && !isActive(after.state) && files !== null && images.length > 0) {
    const stands = await Promise.all(images.map((path) => standsAtPoint(files, path, name)))
    if (stands.every((each) => each === true)) return isNoted ? 'went-back' : 'disks-only'
    if (stands.every((each) => each === false)) return 'did-not'
    return 'unclear'
  }
  if (isNoted && before.currentPoint !== name && after.state === wanted) return 'went-back'
  return after.currentPoint === before.currentPoint && !isNoted && after.state === before.state ? 'did-not' : 'unclear'
}
