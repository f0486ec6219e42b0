import type { Machine } from '@strata/contract/machines.ts'
import type { Snapshot } from '@strata/contract/snapshots.ts'
import { say } from '@strata/contract/words/say.ts'
import { LibvirtError } from 'node-libvirt'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import type { FileUsers } from '../disk-images/file-users.ts'
import { askOnce } from '../disk-images/machines-with-disk.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { heldAtPoint, type HeldDisks } from './held-disks.ts'
import { holdsOf } from './point-facts.ts'

/** A machine as it was at a restore point, as far as another one can be made from it. */
export interface PastState {
  readonly machine: Machine
  readonly name: string
  /** What it would have been started with then; null: the point does not say. */
  readonly definition: Pick<DomainXml, 'devices' | 'os' | 'features' | 'vcpuCount' | 'memoryKiB' | 'metadata'> | null
  readonly held: HeldDisks
  readonly holds: Snapshot['holds']
  readonly takenAtMs: number
}

/** @throws StrataError 'not-found', with the field 'source' */
export async function readPastState(
  fileUsers: FileUsers,
  host: Host,
  { uuid, name }: { readonly uuid: string; readonly name: string },
): Promise<PastState> {
  const machine = host.inventory.machine(uuid)
  if (machine === null) throw new StrataError('not-found', say('snapshots.machineRestorePointNot'), { field: 'source' })
  const [present, point] = await host.slow(async (connection) => {
    try {
      const domain = await connection.domainLookupByUUID(uuid)
      const snapshot = await domain.snapshotLookupByName(name)
      const texts = await Promise.all([domain.getXMLDesc(), snapshot.getXMLDesc()])
      return [DomainXml.parse(texts[0]), DomainSnapshotXml.parse(texts[1])] as const
    } catch (error) {
      const sentence = say('snapshots.restorePointCouldNot', { name, machine: machine.name })
      if (!(error instanceof LibvirtError) || error.code !== 'no-domain-snapshot') throw toStrataError(error, sentence)
      throw new StrataError('not-found', say('snapshots.noRestorePointAny', { machine: machine.name, name }), {
        field: 'source',
      })
    }
  })
  return {
    machine,
    name,
    definition: point.hasInactiveDomain ? point.inactiveDomain : point.hasDomain ? point.domain : null,
    held: await heldAtPoint(host, point, present, { uses: askOnce(fileUsers, { host, paths: [] }) }),
    holds: holdsOf(point),
    takenAtMs: (point.creationTimeSeconds ?? 0) * 1000,
  }
}
