import { z } from 'zod'

import { hostId, uuid } from './references.ts'

export const network = z.object({
  hostId,
  uuid,
  name: z.string(),
  active: z.boolean(),
  autostart: z.boolean(),
  forward: z.enum(['nat', 'route', 'open', 'isolated', 'bridge', 'private', 'vepa', 'passthrough', 'hostdev', 'other']),
  bridge: z.string().nullable(),
  /** As '192.168.122.1/24'. */
  cidrs: z.array(z.string()),
})
export type Network = z.infer<typeof network>
