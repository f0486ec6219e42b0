import type { JobRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'

import { StrataError, toStrataError } from '../strata-error.ts'
import { removeBlocked } from './blocked.ts'
import { findPoint, jobOf, listPoints, type PointParts } from './job-parts.ts'
import { lookIntoImages } from './images-of-point.ts'
import { isAnswerLost, lookAgain } from './look-again.ts'
import { lookAtMachine } from './machine-now.ts'
import { disksOfPoint } from './point-disks.ts'
import { kindOf, nullWhenPointGone } from './point-facts.ts'
import { removeLeft } from './remove-left.ts'

/** Its children stay, and hang on its parent then. */
export async function startRemove(parts: PointParts, { name }: { readonly name: string }): Promise<JobRef> {
  const { host, machine, ref, pictures, variables } = parts
  const point = (await listPoints(parts)).snapshots.find((each) => each.name === name)
  if (point === undefined)
    throw new StrataError('not-found', say('snapshots.restorePointNotThere', { name }), { field: 'name' })
  if (point.removeBlocked !== null) throw new StrataError('wrong-state', point.removeBlocked)
  const steps = [{ id: 'remove', label: say('snapshots.removeRestorePoint') }]
  return parts.jobs.start(
    {
      kind: 'remove-snapshot',
      title: say('snapshots.removeOf', { name, machine: machine.name }),
      ...jobOf(parts),
      steps,
    },
    async (job) => {
      job.step('remove')
      const failed = say('snapshots.restorePointCouldNotRemoved', { name })
      let marks: ReadonlySet<string> = new Set()
      let images: readonly string[] = []
      try {
        await host.slow(async (connection) => {
          const now = await lookAtMachine(host, connection, machine)
          const found = await findPoint(connection, parts, name)
          const disks = await disksOfPoint(connection, found.point)
          const { entries, twinsOn } = await lookIntoImages(found.point, disks, now.tables)
          const blocked = removeBlocked(now.ground, kindOf(found.point), twinsOn)
          if (blocked !== null) throw new StrataError('wrong-state', blocked)
          marks = new Set([...entries.values()].map(({ mark }) => mark))
          images = disks.flatMap(({ path, isSetBack }) => (isSetBack && path !== null ? [path] : []))
          await found.handle.delete()
        })
      } catch (error) {
        if (!isAnswerLost(error)) throw toStrataError(error, failed)
        const isThere = await lookAgain(
          host,
          { uuid: ref.uuid, images, signal: job.signal },
          async (domain) => (await nullWhenPointGone(domain.snapshotLookupByName(name))) !== null,
        )
        if (isThere)
          throw new StrataError('connection-lost', say('snapshots.connectionLibvirtLostStill', { failed }), {
            cause: error,
          })
      } finally {
        host.inventory.noteSnapshotsChanged(ref.uuid)
      }
      await pictures.remove(ref, name)
      await variables.remove(ref, name)
      await removeLeft(parts, name, marks)
      host.inventory.noteSnapshotsChanged(ref.uuid)
    },
  )
}
