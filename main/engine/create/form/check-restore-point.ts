import type { MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

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
    return [stopping('source', 'unsupported', say('create.noMachineCanMade2', { name, blocked: held.blocked }))]
  const findings = holds === 'disks' ? [] : [warning('source', say('create.memoryMomentNotTaken'))]
  const pool = poolUuid == null ? null : host.inventory.pool(poolUuid)
  if (pool?.state !== 'running') return findings
  const needs = await Promise.all(held.disks.map((disk) => roomOfDisk(name, disk)))
  const neededBytes = needs.reduce((sum, each) => sum + each, 0)
  if (neededBytes <= pool.availableBytes) return findings
  const message = say('create.disksTakeFree', {
    name,
    needed: neededBytes,
    available: pool.availableBytes,
    pool: pool.name,
  })
  return [...findings, stopping('source', 'out-of-space', message)]
}
