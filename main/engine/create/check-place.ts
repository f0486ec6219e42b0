import type { NewMachine } from '@strata/contract/create.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { Pool } from '@strata/contract/storage.ts'

import { byteText } from '../byte-text.ts'
import { repairs } from '../repairs/offered.ts'
import { holdsFiles } from './file-pools.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { diskName, fileStem, freeDiskStem, freeName } from './free-name.ts'

/** What is on the host already, for the checks of name, storage and network. */
export interface HostThings {
  readonly hostId: string
  readonly hostLabel: string
  readonly machineNames: ReadonlySet<string>
  readonly pools: readonly Pool[]
  readonly networks: readonly Network[]
  /** Names of the volumes in the chosen pool. */
  readonly volumeNames: ReadonlySet<string>
  /** Where the default pool would be made; null: Strata cannot make one there. */
  readonly defaultPoolFolder: string | null
}

/** A new image's own tables, and the first blocks that a system writes. */
const leastDiskBytes = 16 * 1024 ** 2

export function checkPlace(form: PartialForm, things: HostThings): Finding[] {
  return [...checkName(form, things), ...checkPool(form, things), ...checkNetwork(form.network, things)]
}

function checkName({ name, poolUuid }: PartialForm, { machineNames, volumeNames, hostLabel }: HostThings): Finding[] {
  if (name === undefined) return []
  if (machineNames.has(name)) {
    const suggestion = { name: freeName(name, (each) => machineNames.has(each)) }
    return [
      stopping('name', 'already-exists', `There is already a machine named “${name}” on ${hostLabel}.`, { suggestion }),
    ]
  }
  const stem = fileStem(name)
  if (poolUuid === undefined || !volumeNames.has(diskName(stem))) return []
  const other = diskName(freeDiskStem(name, volumeNames))
  return [
    warning(
      'name',
      `There is already an image ${diskName(stem)} in the pool. It is left alone; the new disk will be ${other}.`,
    ),
  ]
}

function checkPool(
  { poolUuid, diskBytes }: PartialForm,
  { pools, hostId, hostLabel, defaultPoolFolder }: HostThings,
): Finding[] {
  const pool = pools.find(({ uuid }) => uuid === poolUuid)
  if (pool === undefined) {
    if (poolUuid !== undefined)
      return [stopping('poolUuid', 'not-found', `This storage pool is not on ${hostLabel} any more.`)]
    if (pools.some(holdsFiles)) return []
    const offered = defaultPoolFolder === null ? [] : [repairs.makeDefaultPool(hostId, defaultPoolFolder)]
    return [
      stopping('poolUuid', 'not-found', `${hostLabel} has no storage pool yet for the disks of machines.`, {
        repairs: offered,
      }),
    ]
  }
  if (pool.state === 'inactive' || pool.state === 'inaccessible') {
    return [
      stopping('poolUuid', 'wrong-state', `The storage pool “${pool.name}” is not active.`, {
        repairs: [repairs.startPool(hostId, pool)],
      }),
    ]
  }
  if (!holdsFiles(pool))
    return [stopping('poolUuid', 'unsupported', `The storage pool “${pool.name}” cannot hold qcow2 images.`)]
  return checkRoom(pool, diskBytes)
}

function checkRoom(pool: Pool, diskBytes: number | null | undefined): Finding[] {
  const free = byteText(pool.availableBytes)
  if (pool.availableBytes < leastDiskBytes)
    return [stopping('poolUuid', 'out-of-space', `The storage pool “${pool.name}” is full: ${free} are free.`)]
  if (diskBytes === undefined || diskBytes === null || diskBytes <= pool.availableBytes) return []
  return [
    warning(
      'diskBytes',
      `${free} are free in “${pool.name}”. The disk grows only as it is filled, but it cannot be filled that far.`,
    ),
  ]
}

function checkNetwork(
  network: NewMachine['network'] | undefined,
  { networks, hostId, hostLabel }: HostThings,
): Finding[] {
  if (network?.kind !== 'network') return []
  const found = networks.find(({ name }) => name === network.networkName)
  if (found === undefined)
    return [stopping('network', 'not-found', `There is no network “${network.networkName}” on ${hostLabel}.`)]
  if (found.active) return []
  return [
    stopping('network', 'wrong-state', `The network “${found.name}” is not active.`, {
      repairs: [repairs.startNetwork(hostId, found)],
    }),
  ]
}
