import { z } from 'zod'

import { procedure } from './procedure.ts'
import { repairAction } from './repairs.ts'

export const repairs = {
  /** Returns when it is done; what it changed shows in the inventory. */
  run: procedure.input(repairAction).output(z.void()),
}
