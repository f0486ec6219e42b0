import type { JobRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { LibvirtError, type DomainSnapshot } from 'node-libvirt'

import type { JobControl } from '../jobs/job-control.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { isActive } from './blocked.ts'
import { jobOf, listPoints, type PointParts } from './job-parts.ts'
import { putVariables } from './kept-variables.ts'
import { isAnswerLost, lookAgain } from './look-again.ts'
import { outcomeOf, standOf, type Stand } from './revert-outcome.ts'
import { lookFreshly, requireWayBack, type FreshLook } from './require-way-back.ts'
import { suggestedName } from './suggested-name.ts'
import { takePoint } from './take.ts'
import { variablesOf } from './firmware-variables.ts'

/** Going back loses what is now; with 'keep' that is kept first, as a point of its own, which then stays whatever happens. */
export async function startRevert(
  parts: PointParts,
  { name, present }: { readonly name: string; readonly present: 'keep' | 'discard' },
): Promise<JobRef> {
  const { host, machine, ref } = parts
  await requireWayBack(parts, name)
  const list = await listPoints(parts)
  if (present === 'keep' && list.takeBlocked !== null) {
    throw new StrataError('wrong-state', say('snapshots.presentCannotKept', { takeBlocked: list.takeBlocked }), {
      field: 'present',
    })
  }
  const kept = present === 'keep' ? suggestedName(list.takenNames, say('snapshots.beforeGoingBack').english) : null
  const keepStep = kept === null ? [] : [{ id: 'keep', label: say('snapshots.keepPresent') }]
  const steps = [...keepStep, { id: 'revert', label: say('snapshots.goBack', { name }) }]
  return parts.jobs.start(
    {
      kind: 'revert-snapshot',
      title: say('snapshots.takeBack', { machine: machine.name, name }),
      ...jobOf(parts),
      steps,
    },
    async (job) => {
      if (kept !== null) {
        job.step('keep')
        const note = { automatic: true, description: say('snapshots.stateBefore', { name }).english }
        await takePoint(parts, { name: kept, ...note }, job)
      }
      const where = kept === null ? [] : [say('snapshots.whatWasBeforeKept', { kept })]
      await job.willUndo({
        kind: 'finish-revert',
        ...ref,
        name,
        sentence: say('engine.sentences', { all: [say('snapshots.notKnownWhetherBack', { name }), ...where] }),
      })
      job.step('revert')
      try {
        await goBack(parts, name, job)
      } catch (error) {
        throw await tellOfFailure(parts, name, where, error)
      } finally {
        await host.inventory.reloadMachine(ref.uuid).catch(() => undefined) // the host may be away: it is read when it is back
        host.inventory.noteSnapshotsChanged(ref.uuid)
      }
    },
  )
}

async function goBack(parts: PointParts, name: string, job: JobControl): Promise<void> {
  const { host, ref, variables } = parts
  await requireWayBack(parts, name)
  // Another program may be quicker than that question; so once more, with what is quick to see, right before the act.
  const begun = await host.slow(async (connection): Promise<Begun> => {
    const fresh = await lookFreshly(parts, connection, name)
    if (fresh.way.blocked !== null) throw new StrataError('wrong-state', fresh.way.blocked)
    const [before, file, content] = await Promise.all([
      standOf(fresh.domain),
      variablesOf(host, fresh.now),
      variables.read(ref, fresh.point),
    ])
    const kept = file.kind === 'file' && content !== null ? { path: file.path, content } : null
    return { fresh, before, kept, lost: await lostAnswer(revert(fresh.handle)) }
  })
  if (begun.lost !== null) await requireWentBack(parts, name, begun, job)
  if (begun.kept !== null) await bringVariablesBack(parts, begun.kept)
}

interface Begun {
  readonly fresh: FreshLook
  readonly before: Stand
  /** The UEFI variables of the point. */
  readonly kept: { readonly path: string; readonly content: Buffer } | null
  /** What took the answer away; null: it came. */
  readonly lost: unknown
}

/** Null: it was answered. */
async function lostAnswer(call: Promise<void>): Promise<unknown> {
  try {
    await call
    return null
  } catch (error) {
    if (isAnswerLost(error)) return error
    throw error
  }
}

async function revert(snapshot: DomainSnapshot): Promise<void> {
  try {
    await snapshot.revert()
  } catch (error) {
    // libvirt asks whether QEMU may be started anew, as its devices differ from the point's. What runs is given up in any case.
    if (!(error instanceof LibvirtError) || error.code !== 'snapshot-revert-risky') throw error
    await snapshot.revert(['force'])
  }
}

/** The answer was lost: libvirt may have gone back, or not. */
async function requireWentBack(
  parts: PointParts,
  name: string,
  { fresh, before, lost: cause }: Begun,
  { signal }: JobControl,
): Promise<void> {
  const { host, machine } = parts
  const images = fresh.way.setBackPaths
  const outcome = await lookAgain(host, { uuid: machine.uuid, images, signal }, async (domain) =>
    outcomeOf({ host, point: fresh.point, before, after: await standOf(domain), images }),
  )
  switch (outcome) {
    case 'went-back':
      return
    case 'disks-only':
      return finish(parts, name)
    case 'did-not':
      throw new StrataError(
        'connection-lost',
        say('snapshots.connectionLibvirtLostNot', { machine: machine.name, name }),
        { cause },
      )
    case 'unclear':
      throw new StrataError(
        'connection-lost',
        say('snapshots.connectionLibvirtLostWhile', { machine: machine.name, name }),
        { cause },
      )
  }
}

/** The disks hold nothing but the point, so going back once more loses nothing: libvirt notes it then. */
async function finish(parts: PointParts, name: string): Promise<void> {
  try {
    await parts.host.slow(async (connection) => {
      const { handle, way } = await lookFreshly(parts, connection, name)
      if (way.blocked !== null) throw new StrataError('wrong-state', way.blocked)
      await revert(handle)
    })
  } catch (error) {
    const sentence = say('snapshots.disksBackButLibvirt', { machine: parts.machine.name, name })
    throw new StrataError(toStrataError(error, sentence).code, sentence, { cause: error })
  }
}

/** Variables that do not fit the disk could keep it from starting, so they go back with it. */
async function bringVariablesBack(
  { host, machine }: PointParts,
  { path, content }: NonNullable<Begun['kept']>,
): Promise<void> {
  await host.slow(async (connection) => {
    if (await (await connection.domainLookupByUUID(machine.uuid)).isActive()) return
    try {
      await putVariables(path, content)
    } catch (error) {
      throw toStrataError(error, say('snapshots.disksBackPointUefi', { path }))
    }
  })
}

/** With what became of the machine, and where its present is. */
async function tellOfFailure(
  { host, machine }: PointParts,
  name: string,
  where: readonly Said[],
  error: unknown,
): Promise<StrataError> {
  const failed = toStrataError(error, say('snapshots.couldNotTakenBack2', { machine: machine.name, name }))
  const isOff = await host
    .slow(async (connection) => !(await (await connection.domainLookupByUUID(machine.uuid)).isActive()))
    .catch(() => false) // the first error is the one to tell
  const wasActive = isActive(machine.state)
  const off = isOff && wasActive ? [say('snapshots.switchedOffNow')] : []
  const { detail, field, repairs } = failed.data
  return new StrataError(failed.code, say('engine.sentences', { all: [failed.said, ...off, ...where] }), {
    cause: error,
    detail: detail ?? undefined,
    field: field ?? undefined,
    repairs,
  })
}
