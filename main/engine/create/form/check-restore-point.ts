import type { MachineSource } from '@strata/contract/create.ts'

import { byteText } from '../../byte-text.ts'
import type { FileUsers } from '../../disk-images/file-users.ts'
import type { Host } from '../../hosts/host.ts'
import { readPastState } from '../../snapshots/past-state.ts'
import { roomOfDisk } from '../../snapshots/room-of-point.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'

/** Whether the disks of a restore point can be had, and have room. */
export async function checkRestorePoint(
  fileUsers: FileUsers,
  host: Host,
  source: Extract<MachineSource, { kind: 'restore-point' }>,
  { poolUuid }: PartialForm,
): Promise<Finding[]> {
  const { name, held, holds } = await readPastState(fileUsers, host, source)
  if (held.blocked !== null)
    return [stopping('source', 'unsupported', `No machine can be made from “${name}”. ${held.blocked}`)]
  const findings =
    holds === 'disks'
      ? []
      : [
          warning(
            'source',
            'The memory of that moment is not taken: the new machine starts from its disks, as after a power cut.',
          ),
        ]
  const pool = poolUuid == null ? null : host.inventory.pool(poolUuid)
  if (pool?.state !== 'running') return findings
  const needs = await Promise.all(held.disks.map((disk) => roomOfDisk(name, disk)))
  const neededBytes = needs.reduce((sum, each) => sum + each, 0)
  if (neededBytes <= pool.availableBytes) return findings
  const message = `The disks of “${name}” take ${byteText(neededBytes)}, and ${byteText(pool.availableBytes)} are free in “${pool.name}”.`
  return [...findings, stopping('source', 'out-of-space', message)]
}
