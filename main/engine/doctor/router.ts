import { contract } from '@strata/contract/index.ts'
import { say } from '@strata/contract/words/say.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { toStrataError } from '../strata-error.ts'
import { diagnose } from './diagnose.ts'

export function doctorRouter({ hosts }: EngineParts) {
  const os = implement(contract.doctor)
  return os.router({
    check: os.check.handler(async ({ input }) => {
      try {
        return await diagnose(hosts.get(input.hostId), input)
      } catch (error) {
        throw toStrataError(error, say('doctor.whatMachineNeedsCould'))
      }
    }),
  })
}
