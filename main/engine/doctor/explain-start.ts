import type { Cause } from '@strata/contract/doctor.ts'
import type { Machine } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import { LibvirtError } from 'node-libvirt'

import { diagnose } from './diagnose.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError, toStrataError } from '../strata-error.ts'

/**
 * Why a machine did not start, found by looking at what it needs, never by reading the message. The first cause speaks;
 * what proves it, the other causes and libvirt's words are the detail, and the repairs of all of them follow, best first.
 */
export async function explainStart(
  error: unknown,
  host: Host,
  machine: Pick<Machine, 'uuid' | 'name'>,
): Promise<StrataError> {
  const known = toStrataError(error, say('doctor.couldNotStarted', { machine: machine.name }))
  if (known.code === 'connection-lost' || known.code === 'host-unreachable' || isGone(error)) return known
  // What is looked at may be gone too; then the first error is the one to tell.
  const causes = await diagnose(host, machine).then(
    (diagnosis) => diagnosis.causes,
    () => [],
  )
  const [first, ...others] = causes
  if (first === undefined) return known
  return new StrataError('wrong-state', first.sentence, {
    cause: error,
    detail: [first.proof?.english ?? null, ...others.map(({ sentence }) => sentence.english), known.data.detail]
      .filter((words) => words !== null)
      .join('\n'),
    repairs: repairsOf(causes),
  })
}

/** Causes of one kind may offer the same twice. */
function repairsOf(causes: readonly Cause[]) {
  const all = causes.flatMap(({ repairs }) => repairs)
  return [...new Map(all.map((repair) => [JSON.stringify(repair.action ?? repair.command), repair])).values()]
}

/** The machine itself; that something which it needs is not found is what is to be explained. */
const isGone = (error: unknown) => error instanceof LibvirtError && error.code === 'no-domain'
