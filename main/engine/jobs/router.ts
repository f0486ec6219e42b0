import { implement } from '@orpc/server'
import { jobs as contract } from '@strata/contract/jobs.ts'

import type { EngineParts } from '../engine-parts.ts'

export function jobsRouter({ jobs }: Pick<EngineParts, 'jobs'>) {
  const os = implement(contract)
  return os.router({
    watch: os.watch.handler(({ signal }) => jobs.watch(signal)),
    cancel: os.cancel.handler(({ input }) => {
      jobs.cancel(input.jobId)
    }),
    dismiss: os.dismiss.handler(({ input }) => {
      jobs.dismiss(input.jobId)
    }),
  })
}
