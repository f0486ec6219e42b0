import { readFile } from 'node:fs/promises'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { LibvirtError, type Connection, type Domain } from 'node-libvirt'
import { DomainSnapshotXml } from 'node-libvirt/xml'

import { screenAsPng } from '../console/screen-picture.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { explainWrite, poolOfFile } from '../storage/out-of-space.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { isActive, takeBlocked } from './blocked.ts'
import { variablesOf } from './firmware-variables.ts'
import { lookIntoImages } from './images-of-point.ts'
import { ImageTables } from './image-tables.ts'
import type { PointParts } from './job-parts.ts'
import { isAnswerLost, lookAgain } from './look-again.ts'
import { keptImages, lookAtMachine, type MachineNow } from './machine-now.ts'
import { disksOfPoint } from './point-disks.ts'
import { kindOf, nullWhenPointGone } from './point-facts.ts'
import { writeNote, type PointNote } from './point-note.ts'
import { namesInImages, pointsOf } from './read-points.ts'

const pictureWidthPx = 1024
const pictureTimeoutMs = 10_000 // a screen that does not answer must not hold up what is kept

export interface WantedPoint extends PointNote {
  readonly name: string
}

/** Takes a point with a picture of the screen at that moment, and with the UEFI variables; a machine that runs goes on running. */
export async function takePoint(parts: PointParts, wanted: WantedPoint, job: JobControl): Promise<void> {
  const { host, machine, pictures, variables: keptVariables } = parts
  const sentence = say('snapshots.restorePointCouldNotTaken', { name: wanted.name })
  const before = await host.slow((connection) => lookBefore(parts, connection, wanted.name))
  const picture = isActive(before.now.ground.machine.state)
    ? await host.slow(() => screenPicture(before.now.domain))
    : null
  const pictureStep = { kind: 'delete-file', path: pictures.pathOf(machine, wanted.name) } as const
  if (picture !== null) {
    await job.willUndo(pictureStep)
    await pictures.write(machine, wanted.name, picture)
  }
  const xml = DomainSnapshotXml.create({ name: wanted.name, description: writeNote(wanted) }).toString()
  const images = keptImages(before.now).map(({ path }) => path)
  try {
    await host.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(machine.uuid)
      await domain.snapshotCreateXML(xml) // it cannot be cancelled half way
      await requireHeld(host, domain, wanted.name)
    })
  } catch (error) {
    if (!isAnswerLost(error)) throw await explainTake(error, parts, before.now, wanted.name, sentence)
    const taken = await lookAgain(host, { uuid: machine.uuid, images, signal: job.signal }, async (domain) => {
      const point = await pointOf(domain, wanted.name)
      if (point !== null) await requireHeld(host, domain, wanted.name)
      return point !== null
    })
    if (!taken)
      throw new StrataError('connection-lost', say('snapshots.connectionLibvirtLostDoes', { sentence }), {
        cause: error,
      })
  }
  await job.willNotUndo(pictureStep) // the point stays, whatever becomes of the rest
  if (before.variables !== null) await keepVariables(before.variables)
  host.inventory.noteSnapshotsChanged(machine.uuid)

  async function keepVariables({ path, content }: { path: string; content: Buffer }): Promise<void> {
    await host.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(machine.uuid)
      const point = await pointOf(domain, wanted.name)
      // One that was started meanwhile has written other variables already.
      if (point === null || (await domain.isActive()) || !(await readFile(path)).equals(content)) return
      await keptVariables.keep({ hostId: host.id, uuid: machine.uuid }, point, content)
    })
  }
}

interface Before {
  readonly now: MachineNow
  /** Of a machine that is off: libvirt does not keep them. */
  readonly variables: { readonly path: string; readonly content: Buffer } | null
}

/** By what the daemon and the images say at this moment. */
async function lookBefore({ host, machine }: PointParts, connection: Connection, name: string): Promise<Before> {
  const now = await lookAtMachine(host, connection, machine)
  const points = await pointsOf(now.domain)
  const blocked = takeBlocked(now.ground, points.map(kindOf))
  if (blocked !== null) throw new StrataError('wrong-state', blocked)
  refuseTakenName(
    machine.name,
    name,
    points.map((point) => point.name ?? ''),
    await namesInImages(now),
  )
  const variables = isActive(now.ground.machine.state) ? null : await variablesOf(host, now)
  return {
    now,
    variables: variables?.kind === 'file' ? { path: variables.path, content: await readFile(variables.path) } : null,
  }
}

/** @throws StrataError 'already-exists', with the field 'name' */
export function refuseTakenName(
  machineName: string,
  name: string,
  inList: readonly string[],
  inImages: readonly string[],
): void {
  if (inList.includes(name))
    throw new StrataError('already-exists', say('snapshots.alreadyRestorePoint', { machineName, name }), {
      field: 'name',
    })
  if (inImages.includes(name))
    throw new StrataError('already-exists', say('snapshots.diskImageAlreadyHolds', { machineName, name }), {
      field: 'name',
    })
}

async function pointOf(domain: Domain, name: string): Promise<DomainSnapshotXml | null> {
  const text = await nullWhenPointGone(domain.snapshotLookupByName(name).then((handle) => handle.getXMLDesc()))
  return text === null ? null : DomainSnapshotXml.parse(text)
}

/** libvirt believes QEMU, and QEMU does not always say that it failed: so the images are asked whether they hold the point. */
async function requireHeld(host: Host, domain: Domain, name: string): Promise<void> {
  const point = await pointOf(domain, name)
  if (point === null) throw new StrataError('internal', say('snapshots.libvirtDoesNotNew'))
  const disks = await disksOfPoint(domain.connection, point)
  const { disagreement } = await lookIntoImages(point, disks, new ImageTables(host))
  if (disagreement === null) return
  await (await domain.snapshotLookupByName(name)).delete(['metadata-only'])
  throw new StrataError('internal', say('snapshots.newPointNotKept', { disagreement }))
}

/** A machine without a screen, or one whose picture cannot be read in time, gets a point without a picture. */
async function screenPicture(domain: Domain): Promise<Uint8Array | null> {
  try {
    const raw = await domain.screenshot(0, { signal: AbortSignal.timeout(pictureTimeoutMs) })
    return await screenAsPng(raw, pictureWidthPx)
  } catch (error) {
    if (error instanceof LibvirtError || (error instanceof Error && error.name === 'AbortError')) return null
    throw error
  }
}

async function explainTake(
  error: unknown,
  { host, machine }: PointParts,
  { domain, definition }: MachineNow,
  name: string,
  sentence: Said,
): Promise<StrataError> {
  if (error instanceof StrataError) return error
  try {
    // Another program may have been quicker; libvirt has no code of its own for that.
    if ((await pointOf(domain, name)) !== null)
      return new StrataError('already-exists', say('snapshots.restorePointNow', { machine: machine.name, name }), {
        cause: error,
        field: 'name',
      })
    const { disks } = definition.devices
    const pools = disks.map(({ source }) => (source.file === null ? undefined : poolOfFile(host, source.file)))
    const pool = pools.find((each) => each !== undefined)
    if (pool !== undefined) return await explainWrite(error, host, domain.connection, pool.uuid, sentence)
  } catch {
    // Looking for the cause failed as well; the first error is the one to tell.
  }
  return toStrataError(error, sentence)
}
