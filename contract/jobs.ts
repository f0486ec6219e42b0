import { eventIterator } from '@orpc/contract'
import { z } from 'zod'

import { strataProblem } from './errors.ts'
import { procedure } from './procedure.ts'
import { hostId, jobRef, machineRef, uuid } from './references.ts'
import { said } from './words/said.ts'

export const jobStep = z.object({
  id: z.string(),
  label: said,
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
})
export type JobStep = z.infer<typeof jobStep>

/** Work that can take longer than a second. */
export const job = z.object({
  jobId: z.string(),
  /** 'create-machine', 'take-snapshot', …: for icons and tests. */
  kind: z.string(),
  title: said,
  hostId: hostId.nullable(),
  machineUuid: uuid.nullable(),
  state: z.enum(['running', 'cancelling', 'done', 'failed', 'cancelled']),
  steps: z.array(jobStep),
  /** Null where there are no bytes to count. */
  progress: z
    .object({
      doneBytes: z.number(),
      totalBytes: z.number().nullable(),
      bytesPerS: z.number().nullable(),
      remainingMs: z.number().nullable(),
    })
    .nullable(),
  cancellable: z.boolean(),
  startedAtMs: z.number().int(),
  endedAtMs: z.number().int().nullable(),
  problem: strataProblem.nullable(),
  /** What it made, to go to. */
  result: z.object({ machine: machineRef.nullable() }).nullable(),
})
export type Job = z.infer<typeof job>

export const jobsMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), jobs: z.array(job) }),
  z.object({ type: z.literal('patch'), changed: z.array(job), removed: z.array(jobRef) }),
])
export type JobsMessage = z.infer<typeof jobsMessage>

export const jobs = {
  watch: procedure.output(eventIterator(jobsMessage)),
  cancel: procedure.input(jobRef).output(z.void()),
  /** Takes an ended job off the list. */
  dismiss: procedure.input(jobRef).output(z.void()),
}
