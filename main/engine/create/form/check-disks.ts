import type { NewDisk } from '@strata/contract/create.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'

import type { HostThings } from './check-place.ts'
import { checkOnePool, isActive } from './check-pool.ts'
import { holdsFiles } from '../../storage/file-pools.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'

/** Formats that QEMU writes to without losing anything. */
const usableFormats: ReadonlySet<string> = new Set(['qcow2', 'raw'])

export function checkDisks(form: PartialForm, things: HostThings): Finding[] {
  return [...checkLeast(form, things), ...checkRoom(form, things), ...checkMore(form, things)]
}

function checkLeast({ diskBytes, source, moreDisks }: PartialForm, { leastDisk }: HostThings): Finding[] {
  if (diskBytes === undefined) return []
  if (diskBytes === null) {
    if (source?.kind !== 'iso' || (moreDisks ?? []).length > 0) return []
    return [warning('diskBytes', say('create.machineNoDiskSystem'))]
  }
  const { imageBytes, systemBytes, systemName } = leastDisk
  if (imageBytes !== null && diskBytes < imageBytes) {
    return [
      stopping('diskBytes', 'invalid-input', say('create.imageLargeDiskNo', { image: imageBytes }), {
        suggestion: { diskBytes: imageBytes },
      }),
    ]
  }
  if (systemBytes === null || diskBytes >= systemBytes) return []
  return [
    warning('diskBytes', say('create.needsLeast', { systemName, system: systemBytes }), {
      suggestion: { diskBytes: systemBytes },
    }),
  ]
}

interface NewDisks {
  readonly pool: Pool
  /** Of those whose room is taken at once. */
  readonly fullBytes: number
  readonly thinBytes: number
  readonly firstPart: number | null
}

/** What all new disks of the form take of each pool, now and at the most. */
function checkRoom(form: PartialForm, things: HostThings): Finding[] {
  return newDisks(form, things).flatMap((disks) => checkPoolRoom(disks, things))
}

function newDisks({ poolUuid, diskBytes, disk, moreDisks }: PartialForm, { pools }: HostThings): NewDisks[] {
  const own =
    poolUuid === undefined || diskBytes == null
      ? []
      : [{ poolUuid, bytes: diskBytes, isFull: disk?.allocation === 'full', part: null }]
  const more = (moreDisks ?? []).flatMap((each, part) =>
    each.kind === 'new'
      ? [{ poolUuid: each.poolUuid, bytes: each.capacityBytes, isFull: each.allocation === 'full', part }]
      : [],
  )
  const all = [...own, ...more]
  return pools
    .filter((pool) => isActive(pool) && holdsFiles(pool))
    .flatMap((pool) => {
      const here = all.filter((each) => each.poolUuid === pool.uuid)
      const sum = (isFull: boolean) =>
        here.filter((each) => each.isFull === isFull).reduce((bytes, each) => bytes + each.bytes, 0)
      const [first] = here
      return first === undefined ? [] : [{ pool, fullBytes: sum(true), thinBytes: sum(false), firstPart: first.part }]
    })
}

function checkPoolRoom({ pool, fullBytes, thinBytes, firstPart }: NewDisks, { volumes }: HostThings): Finding[] {
  const field = firstPart === null ? 'diskBytes' : 'moreDisks'
  const free = say('create.areFreeIn', { available: pool.availableBytes, pool: pool.name })
  if (fullBytes > pool.availableBytes) {
    return [stopping(field, 'out-of-space', say('create.takenOnce', { free, full: fullBytes }), { part: firstPart })]
  }
  if (fullBytes + thinBytes > pool.availableBytes)
    return [
      warning(field, say('create.diskGrowsOnlyFilled', { free }), {
        part: firstPart,
      }),
    ]
  // Each image may grow to its full size: together they may not.
  const promised = (volumes.get(pool.uuid) ?? []).reduce((sum, { capacityBytes }) => sum + capacityBytes, 0)
  const total = promised + fullBytes + thinBytes
  if (promised === 0 || total <= pool.capacityBytes) return []
  return [
    warning(field, say('create.ifAllImagesFilled', { pool: pool.name, total, capacity: pool.capacityBytes }), {
      part: firstPart,
    }),
  ]
}

function checkMore({ moreDisks }: PartialForm, things: HostThings): Finding[] {
  return (moreDisks ?? []).flatMap((disk, part) => {
    const pool = checkOnePool(disk.poolUuid, { field: 'moreDisks', part }, things)
    // One that exists needs no room, and its pool may be of any kind.
    const stops = disk.kind === 'new' ? pool : pool.filter(({ code }) => code === 'not-found' || code === 'wrong-state')
    return stops.length > 0 || disk.kind === 'new' ? stops : checkExisting(disk, part, moreDisks ?? [], things)
  })
}

type ExistingDisk = Extract<NewDisk, { kind: 'existing' }>

function checkExisting(
  { poolUuid, volumeName }: ExistingDisk,
  part: number,
  all: readonly NewDisk[],
  { volumes, neededElsewhere }: HostThings,
): Finding[] {
  const known = volumes.get(poolUuid)
  const volume = known?.find(({ name }) => name === volumeName)
  if (known === undefined) return []
  if (volume === undefined)
    return [stopping('moreDisks', 'not-found', say('create.imageNotStoragePool', { volumeName }), { part })]
  const isTwice = all.some(
    (each, at) => at < part && each.kind === 'existing' && each.poolUuid === poolUuid && each.volumeName === volumeName,
  )
  if (isTwice)
    return [stopping('moreDisks', 'invalid-input', say('create.imageMachineTwice', { volumeName }), { part })]
  if (volume.format !== null && !usableFormats.has(volume.format)) {
    return [
      stopping('moreDisks', 'unsupported', say('create.formatImportDiskImage', { volumeName, format: volume.format }), {
        part,
      }),
    ]
  }
  const needed = neededElsewhere.get(volume.path)
  if (needed === undefined) return []
  return [stopping('moreDisks', 'busy', say('create.cannotDiskMachineWhat', { volumeName, needed }), { part })]
}
