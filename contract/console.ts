import { z } from 'zod'

import { procedure } from './procedure.ts'
import { machineRef } from './references.ts'

/**
 * A console's bytes travel beside the contract: `open` gives a ticket, good once and for 30 s, which the
 * client shows on the console channel of its shell (a WebSocket at /console/TICKET, or a MessagePort).
 */
export const consoles = {
  open: procedure
    .input(machineRef)
    .output(z.object({ ticket: z.string(), protocol: z.literal('vnc'), password: z.string().nullable() })),
  /** The guest's screen now, scaled down to fit; null: it has none, or one larger than 4096 × 2304. */
  screenshot: procedure
    .input(machineRef.extend({ maxWidthPx: z.number().int().min(16).max(8192) }))
    .output(z.object({ picture: z.instanceof(Blob), takenAtMs: z.number().int() }).nullable()),
  /** Presses keys together, as Linux key codes, for combinations that the window cannot send. */
  sendKeys: procedure
    .input(machineRef.extend({ keyCodes: z.array(z.number().int().min(1).max(255)).min(1).max(16) }))
    .output(z.void()),
}
