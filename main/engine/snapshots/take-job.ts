import type { JobRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import { jobOf, listPoints, type PointParts } from './job-parts.ts'
import { nameProblem } from './suggested-name.ts'
import { refuseTakenName, takePoint } from './take.ts'

/** What is wrong with the wish is told at once; what goes wrong in doing it is the job's. */
export async function startTake(
  parts: PointParts,
  { name, description }: { readonly name: string; readonly description: string },
): Promise<JobRef> {
  const { machine } = parts
  const problem = nameProblem(name)
  if (problem !== null) throw new StrataError('invalid-input', problem, { field: 'name' })
  const { snapshots, takenNames, takeBlocked } = await listPoints(parts)
  if (takeBlocked !== null) throw new StrataError('wrong-state', takeBlocked)
  refuseTakenName(
    machine.name,
    name,
    snapshots.map((point) => point.name),
    takenNames,
  )
  return parts.jobs.start(
    {
      kind: 'take-snapshot',
      title: say('snapshots.takeOf', { name, machine: machine.name }),
      ...jobOf(parts),
      steps: [{ id: 'write', label: say('snapshots.writeRestorePoint') }],
    },
    async (job) => {
      job.step('write')
      await takePoint(parts, { name, description, automatic: false }, job)
    },
  )
}
