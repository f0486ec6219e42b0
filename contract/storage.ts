import { z } from 'zod'

import { procedure } from './procedure.ts'
import { hostId, hostRef, uuid } from './references.ts'

export const pool = z.object({
  hostId,
  uuid,
  name: z.string(),
  type: z.string(),
  state: z.enum(['inactive', 'building', 'running', 'degraded', 'inaccessible']),
  autostart: z.boolean(),
  path: z.string().nullable(),
  capacityBytes: z.number(),
  allocationBytes: z.number(),
  availableBytes: z.number(),
  /** Counts up when its volumes may have changed. */
  volumesRevision: z.number().int(),
})
export type Pool = z.infer<typeof pool>

export const volume = z.object({
  poolUuid: uuid,
  name: z.string(),
  path: z.string(),
  format: z.string().nullable(),
  capacityBytes: z.number(),
  allocationBytes: z.number(),
  backingPath: z.string().nullable(),
})
export type Volume = z.infer<typeof volume>

export const storage = {
  listVolumes: procedure.input(hostRef.extend({ poolUuid: uuid })).output(z.array(volume)),
}
