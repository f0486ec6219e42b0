import { basename } from 'node:path'

import { diskBuses, type MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { bytesToCopy, convertImage, stretchOf, type ImageCopy } from '../../imports/disk-image/convert-image.ts'
import { imageArguments, type ImageSource } from '../../disk-images/image-source.ts'
import { refuseWhenFull } from '../../imports/disk-image/room-for-copies.ts'
import { commandLine } from '../../definitions/quoted.ts'
import type { HeldDisk } from '../../snapshots/held-disks.ts'
import { readPastState, type PastState } from '../../snapshots/past-state.ts'
import { pointSource, roomOfDisk } from '../../snapshots/room-of-point.ts'
import { readInnerPoints } from '../../disk-images/qcow2-snapshots.ts'
import type { Host } from '../../hosts/host.ts'
import { filesForPrograms } from '../../hosts/place/files-of.ts'
import { StrataError } from '../../strata-error.ts'
import { diskName, freeDiskStem } from '../../storage/free-name.ts'
import type { PlacedDisk } from '../definition/definition.ts'
import { placeSeed } from './place-seed.ts'
import { emptyPlacement, type PlaceContext, type Placement, type SourcePlan } from './placement.ts'

type RestorePointSource = Extract<MachineSource, { kind: 'restore-point' }>

export function planRestorePoint(source: RestorePointSource): SourcePlan {
  return {
    steps: [{ id: 'import', label: say('create.copyDisksThey') }],
    disk: 'own',
    place: (context) => placeRestorePoint(source, context),
  }
}

/** The machine that the point belongs to is neither stopped nor asked: its point does not change while it goes on. */
async function placeRestorePoint(source: RestorePointSource, context: PlaceContext): Promise<Placement> {
  context.job.step('import')
  const past = await readPastState(context.parts.fileUsers, context.host, source)
  const copies = await planCopies(past, context)
  const paths = await copyDisks(past, copies, context)
  const { bus: firstBus } = context.wanted.disk
  return {
    ...emptyPlacement,
    disks: copies.map(({ held }, index): PlacedDisk => ({
      ...context.wanted.disk,
      path: paths[index] ?? '',
      type: 'file',
      format: 'qcow2',
      bus: index === 0 ? firstBus : (diskBuses.find((each) => each === held.bus) ?? 'virtio'),
    })),
    seeds: await placeSeed(context),
    sourceName: past.machine.name,
    notes: notesOf(past),
    commands: copies.map(({ copy }, index) =>
      commandLine('qemu-img', 'convert', ...imageArguments(copy.source), '-O', 'qcow2', paths[index] ?? ''),
    ),
  }
}

/** All of them, before the first is begun. @throws StrataError when they cannot be had, or have no room */
async function planCopies(past: PastState, context: PlaceContext): Promise<readonly DiskCopy[]> {
  const { host, wanted } = context
  if (past.held.blocked !== null)
    throw new StrataError(
      'unsupported',
      say('create.noMachineCanMade', { past: past.name, blocked: past.held.blocked }),
      {
        field: 'source',
      },
    )
  const copies: DiskCopy[] = []
  for (const held of past.held.disks) copies.push(await copyOf(context, past, held, copies.length === 0))
  const neededBytes = copies.reduce((sum, { copy }) => sum + copy.neededBytes, 0)
  await refuseWhenFull(host, host.inventory.requirePool(wanted.poolUuid), neededBytes)
  return copies
}

/** Gives their paths. */
async function copyDisks(
  past: PastState,
  copies: readonly DiskCopy[],
  context: PlaceContext,
): Promise<readonly string[]> {
  const { parts, host, job } = context
  const copying = { host, cacheDir: parts.folders.cacheDir }
  const all = copies.map(({ copy }) => copy)
  const totalBytes = await bytesToCopy(copying, all)
  let doneBytes = 0
  const paths: string[] = []
  for (const { held, copy } of copies) {
    paths.push(await convertImage(copying, copy, stretchOf(job, doneBytes, totalBytes)))
    await refuseRemoved(host, past, held)
    await shrinkToThen(context, held, copy)
    doneBytes += await bytesToCopy(copying, [copy])
  }
  return paths
}

function notesOf({ machine, name, holds }: PastState): Said[] {
  return [
    say('create.restorePointDisksWhole', { name, machine: machine.name }),
    ...(holds === 'disks' ? [] : [say('create.memoryMomentNotTakenBegan')]),
  ]
}

interface DiskCopy {
  readonly held: HeldDisk
  readonly copy: ImageCopy
}

async function copyOf(
  { wanted, stem, taken }: PlaceContext,
  past: PastState,
  held: HeldDisk,
  isFirst: boolean,
): Promise<DiskCopy> {
  const source: ImageSource = pointSource(past.name, held)
  return {
    held,
    copy: {
      source,
      fileName: basename(held.path),
      capacityBytes: held.capacityBytes,
      neededBytes: await roomOfDisk(past.name, held),
      poolUuid: wanted.poolUuid,
      // By their targets, as numbers are for the further disks of the form.
      name: diskName(isFirst ? stem : freeDiskStem(`${stem}-${held.targetDev}`, taken)),
    },
  }
}

/** What a removed point held is written over, perhaps in the middle of the copy. */
async function refuseRemoved(host: Host, { name, machine }: PastState, { path, inside }: HeldDisk): Promise<void> {
  if (inside === null) return
  const held = (await readInnerPoints(filesForPrograms(host), path))?.get(name) ?? []
  if (held.length === 1 && held[0]?.mark === inside.mark) return
  throw new StrataError('not-found', say('create.restorePointRemovedWhile', { name, machine: machine.name }), {
    field: 'source',
  })
}

/** An image that has grown since is copied as large as it is now, as QEMU knows no other way; nothing is in what was added. */
async function shrinkToThen({ host, wanted }: PlaceContext, { inside }: HeldDisk, { name, capacityBytes }: ImageCopy) {
  const thenBytes = inside?.diskBytes ?? null
  if (thenBytes === null || thenBytes >= capacityBytes) return
  await host.slow(async (connection) => {
    const pool = await connection.storagePoolLookupByUUID(wanted.poolUuid)
    await (await pool.storageVolLookupByName(name)).resize(thenBytes, ['shrink'])
  })
}
