import type { Machine } from '@strata/contract/machines.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import type { SnapshotList } from '@strata/contract/snapshots.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Connection, Domain, DomainSnapshot } from 'node-libvirt'
import { LibvirtError } from 'node-libvirt'
import { DomainSnapshotXml } from 'node-libvirt/xml'

import type { FileOwner } from '../disk-images/file-claim.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { KeptVariables } from './kept-variables.ts'
import { SnapshotPictures } from './pictures.ts'
import { readPoints } from './read-points.ts'

export type Parts = Pick<EngineParts, 'hosts' | 'jobs' | 'folders' | 'fileUsers'>

/** What all acts on a machine's points are given. */
export interface PointParts extends Pick<EngineParts, 'jobs' | 'fileUsers'> {
  readonly ref: MachineRef
  readonly host: Host
  /** As the inventory has it: for its name. What an act is decided by is asked anew. */
  readonly machine: Machine
  readonly pictures: SnapshotPictures
  readonly variables: KeptVariables
}

export function partsOf({ hosts, folders, jobs, fileUsers }: Parts, { hostId, uuid }: MachineRef): PointParts {
  const host = hosts.get(hostId)
  return {
    ref: { hostId, uuid },
    host,
    machine: host.inventory.requireMachine(uuid),
    pictures: new SnapshotPictures(folders.dataDir),
    variables: new KeptVariables(folders.dataDir),
    ...{ jobs, fileUsers },
  }
}

/** Its own needs are no reason against what is done with a machine's points. */
export const ownerOf = ({ ref, machine }: PointParts): FileOwner => ({ kind: 'machine', ...ref, name: machine.name })

export const jobOf = ({ ref }: PointParts) => ({ hostId: ref.hostId, machineUuid: ref.uuid, cancellable: false })

export async function listPoints(parts: PointParts): Promise<SnapshotList> {
  const { host, machine } = parts
  try {
    return await host.slow((connection) => readPoints(host, connection, parts))
  } catch (error) {
    throw toStrataError(error, say('snapshots.restorePointsCouldNot', { machine: machine.name }))
  }
}

export interface FoundPoint {
  readonly domain: Domain
  readonly handle: DomainSnapshot
  readonly point: DomainSnapshotXml
}

/** @throws StrataError 'not-found', with the field 'name' */
export async function findPoint(connection: Connection, { machine }: PointParts, name: string): Promise<FoundPoint> {
  try {
    const domain = await connection.domainLookupByUUID(machine.uuid)
    const handle = await domain.snapshotLookupByName(name)
    return { domain, handle, point: DomainSnapshotXml.parse(await handle.getXMLDesc()) }
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-domain-snapshot')
      throw new StrataError('not-found', say('snapshots.restorePointNotThere', { name }), { field: 'name' })
    throw error
  }
}
