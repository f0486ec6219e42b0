import type { WayBack } from '@strata/contract/snapshots.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Connection } from 'node-libvirt'

import { whyNeeded } from '../disk-images/file-use-words.ts'
import type { FileUses } from '../disk-images/file-uses.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { backNotices } from './firmware-notices.ts'
import { findPoint, ownerOf, type FoundPoint, type PointParts } from './job-parts.ts'
import { lookAtMachine, type MachineNow } from './machine-now.ts'
import { lookForWayBack, type WayBack as OwnWay } from './way-back.ts'

export interface FreshLook extends FoundPoint {
  readonly now: MachineNow
  readonly way: OwnWay
}

/** By what the daemon and the machine's own images say at this moment: the last look before the act. */
export async function lookFreshly(parts: PointParts, connection: Connection, name: string): Promise<FreshLook> {
  const { host, machine } = parts
  const found = await findPoint(connection, parts, name)
  const now = await lookAtMachine(host, connection, machine)
  return { ...found, now, way: await lookForWayBack(host, connection, now, found.point) }
}

/** With all that other machines, the trash and images have against it. Asks every machine of this computer. */
export async function readWayBack(parts: PointParts, name: string): Promise<WayBack> {
  const { host, machine, fileUsers, variables } = parts
  try {
    const { now, way, point } = await host.slow((connection) => lookFreshly(parts, connection, name))
    if (now.ground.isTestDriver) return { blocked: way.blocked, notices: [] }
    // Not within the slow call above: the question makes such calls of its own.
    const uses = await fileUsers.ask({ host, paths: way.setBackPaths, except: [ownerOf(parts)] })
    const needed = await firstNeed(way.takenOffPath === null ? way.setBackPaths : [way.takenOffPath], uses)
    const notices = await backNotices(host, now, point, variables)
    return {
      blocked:
        way.blocked === null || needed === null || way.takenOffPath === null
          ? (way.blocked ?? needed)
          : say('engine.sentences', { all: [way.blocked, needed] }),
      notices: [...way.unseen, ...unseenUsers(uses), ...notices],
    }
  } catch (error) {
    throw toStrataError(error, say('snapshots.whetherCanTakenBack', { machine: machine.name, name }))
  }
}

const mostUnseen = 3 // a pane is no place for a hundred of them

function unseenUsers({ unseen }: FileUses): Said[] {
  const sentences = [...new Map(unseen.map(({ sentence }) => [sentence.english, sentence])).values()].slice(
    0,
    mostUnseen,
  )
  return sentences.map((sentence) => say('snapshots.whetherAnythingElseNeeds', { sentence }))
}

async function firstNeed(paths: readonly string[], uses: FileUses): Promise<Said | null> {
  for (const path of paths) {
    const [use] = await uses.of(path)
    if (use !== undefined) return say('snapshots.setBack', { path, whyNeeded: whyNeeded(use) })
  }
  return null
}

/** @throws StrataError 'wrong-state' with the reason and the way out */
export async function requireWayBack(parts: PointParts, name: string): Promise<void> {
  const { blocked } = await readWayBack(parts, name)
  if (blocked !== null) throw new StrataError('wrong-state', blocked)
}
