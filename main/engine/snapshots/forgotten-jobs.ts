import type { JobRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import { DomainSnapshotXml } from 'node-libvirt/xml'
import type { Connection } from 'node-libvirt'

import { StrataError, toStrataError } from '../strata-error.ts'
import { describeForgotten, findForgotten, takeBackBlocked, type Forgotten } from './forgotten.ts'
import { jobOf, type PointParts } from './job-parts.ts'
import { lookAtMachine, type MachineNow } from './machine-now.ts'
import { pointsOf } from './read-points.ts'
import { removeFromImages } from './remove-from-images.ts'

interface Wanted {
  readonly key: string
}

export async function startRemoveForgotten(parts: PointParts, { key }: Wanted): Promise<JobRef> {
  const { host, machine, ref } = parts
  const { found, described } = await host.slow((connection) => look(parts, connection, key))
  if (described.removeBlocked !== null) throw new StrataError('wrong-state', described.removeBlocked)
  return parts.jobs.start(
    {
      kind: 'remove-snapshot',
      title: say('snapshots.removeImages', { name: found.name, machine: machine.name }),
      ...jobOf(parts),
      steps: [{ id: 'remove', label: say('snapshots.removeImages2') }],
    },
    async (job) => {
      job.step('remove')
      try {
        await removeFromImages(parts, key)
      } finally {
        host.inventory.noteSnapshotsChanged(ref.uuid)
      }
    },
  )
}

/** Into libvirt's list, with the machine's present hardware: what it was then is not written anywhere. */
export async function startTakeBackForgotten(parts: PointParts, { key }: Wanted): Promise<JobRef> {
  const { host, machine, ref } = parts
  const { found, described } = await host.slow((connection) => look(parts, connection, key))
  if (described.takeBackBlocked !== null) throw new StrataError('wrong-state', described.takeBackBlocked)
  return parts.jobs.start(
    {
      kind: 'take-snapshot',
      title: say('snapshots.takeBackIntoList', { name: found.name, machine: machine.name }),
      ...jobOf(parts),
      steps: [{ id: 'write', label: say('snapshots.tellLibvirt') }],
    },
    async (job) => {
      job.step('write')
      try {
        await host.slow(async (connection) => {
          const again = await look(parts, connection, key)
          const blocked = takeBackBlocked(again.now, again.names, again.found)
          if (blocked !== null) throw new StrataError('wrong-state', blocked)
          await again.now.domain.snapshotCreateXML(definitionOf(again.now, again.found), ['redefine'])
        })
      } catch (error) {
        throw toStrataError(error, say('snapshots.couldNotTakenBack', { name: found.name }))
      }
      host.inventory.noteSnapshotsChanged(ref.uuid)
    },
  )
}

async function look({ host, machine }: PointParts, connection: Connection, key: string) {
  const now = await lookAtMachine(host, connection, machine)
  const points = await pointsOf(now.domain)
  const names = new Set(points.map(({ name }) => name ?? ''))
  const found = (await findForgotten(now, points)).find((each) => each.key === key)
  const [described] = found === undefined ? [] : describeForgotten(now, names, [found])
  if (found === undefined || described === undefined)
    throw new StrataError('not-found', say('snapshots.imagesDoNotHold'))
  return { now, names, found, described }
}

function definitionOf({ stored }: MachineNow, { name, entries }: Forgotten): string {
  const point = DomainSnapshotXml.create({
    name,
    // What libvirt keeps is a text of its own.
    description: say('snapshots.foundDiskImagesHardware').english,
    state: 'shutoff',
    creationTimeSeconds: Math.min(...entries.map(({ entry }) => entry.takenAtSeconds)),
    memory: 'no',
  })
  const holding = new Set(entries.map(({ targetDev }) => targetDev))
  for (const { target } of stored.devices.disks)
    if (target.device !== null)
      point.disks.add({ name: target.device, snapshot: holding.has(target.device) ? 'internal' : 'no' })
  // The definition goes in whole, whatever it holds.
  return point.toString().replace('</domainsnapshot>', () => `${stored.toString()}</domainsnapshot>`)
}
