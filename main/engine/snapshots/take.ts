import type { Machine } from '@strata/contract/machines.ts'
import { LibvirtError, type Connection, type Domain, type DomainSnapshot } from 'node-libvirt'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import { screenAsPng } from '../console/screen-picture.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { explainWrite, poolOfFile } from '../storage/out-of-space.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { isActive } from './blocked.ts'
import type { SnapshotPictures } from './pictures.ts'
import { missingOn, readPointTables } from './read-points.ts'
import { writeNote, type PointNote } from './point-note.ts'

const pictureWidthPx = 1024
const pictureTimeoutMs = 10_000 // a screen that does not answer must not hold up what is kept

export interface WantedPoint extends PointNote {
  readonly name: string
}

/** Takes a point with a picture of the screen at that moment; a machine that runs goes on running. */
export async function takePoint(
  host: Host,
  connection: Connection,
  machine: Machine,
  wanted: WantedPoint,
  job: JobControl,
  pictures: SnapshotPictures,
): Promise<void> {
  const domain = await connection.domainLookupByUUID(machine.uuid)
  const picture = isActive(machine.state) ? await screenPicture(domain) : null
  if (picture !== null) {
    await job.willUndo({ kind: 'delete-file', path: pictures.pathOf(machine, wanted.name) })
    await pictures.write(machine, wanted.name, picture)
  }
  const xml = DomainSnapshotXml.create({ name: wanted.name, description: writeNote(wanted) }).toString()
  try {
    // One call that libvirt does whole or not at all; it cannot be cancelled half way.
    await requireHeld(host, await domain.snapshotCreateXML(xml))
  } catch (error) {
    throw await explainTake(error, host, domain, `The restore point “${wanted.name}” could not be taken.`)
  }
  host.inventory.noteSnapshotsChanged(machine.uuid)
}

/** libvirt believes QEMU, and QEMU does not always say that it failed: so the images are asked whether they hold the point. */
async function requireHeld(host: Host, snapshot: DomainSnapshot): Promise<void> {
  const tables = await readPointTables(host, DomainXml.parse(await snapshot.domain.getXMLDesc()))
  const missing = missingOn(DomainSnapshotXml.parse(await snapshot.getXMLDesc()), tables)
  if (missing === null) return
  await snapshot.delete(['metadata-only'])
  throw new StrataError('internal', `The image of disk ${missing} does not hold the new point, so it was not kept.`)
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

async function explainTake(error: unknown, host: Host, domain: Domain, sentence: string): Promise<StrataError> {
  try {
    const { disks } = DomainXml.parse(await domain.getXMLDesc()).devices
    const pools = disks.map(({ source }) => (source.file === null ? undefined : poolOfFile(host, source.file)))
    const pool = pools.find((each) => each !== undefined)
    if (pool !== undefined) return await explainWrite(error, host, domain.connection, pool.uuid, sentence)
  } catch {
    // Looking for the cause failed as well; the first error is the one to tell.
  }
  return toStrataError(error, sentence)
}
