import { z } from 'zod'

/** Names one host among those that Strata knows: 'local-session', 'local-system', 'demo', or a made id. */
export const hostId = z.string().min(1).max(128)
export const hostRef = z.object({ hostId })
export type HostRef = z.infer<typeof hostRef>

/** A libvirt UUID in its dashed lower-case form. */
export const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

export const machineRef = hostRef.extend({ uuid })
export type MachineRef = z.infer<typeof machineRef>

export const jobRef = z.object({ jobId: z.string().min(1).max(64) })
export type JobRef = z.infer<typeof jobRef>
