import { z } from 'zod'

import { machineName } from './machines.ts'
import { procedure } from './procedure.ts'
import { hostRef, jobRef, uuid } from './references.ts'
import { repair } from './repairs.ts'

/** Where the installation medium comes from. */
export const mediaSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('volume'), poolUuid: uuid, name: z.string() }),
  /** A file on the computer that the engine runs on: read where it lies, or copied into the pool first. */
  z.object({ kind: z.literal('file'), path: z.string().min(1).max(4096), use: z.enum(['in-place', 'upload']) }),
])
export type MediaSource = z.infer<typeof mediaSource>

export const networkSource = z.discriminatedUnion('kind', [
  /** QEMU's user-mode network: the guest reaches out, nobody reaches in. */
  z.object({ kind: z.literal('user') }),
  z.object({ kind: z.literal('network'), networkName: z.string() }),
  z.object({ kind: z.literal('bridge'), bridgeName: z.string() }),
  z.object({ kind: z.literal('none') }),
])
export type NetworkSource = z.infer<typeof networkSource>

/** All that is needed to make a machine. */
export const newMachine = hostRef.extend({
  name: machineName,
  media: mediaSource,
  vcpuCount: z.number().int().min(1).max(512),
  memoryKiB: z
    .number()
    .int()
    .min(16 * 1024)
    .max(16 * 1024 ** 3),
  poolUuid: uuid,
  diskBytes: z
    .number()
    .int()
    .min(1024 ** 2)
    .max(64 * 1024 ** 4),
  network: networkSource,
  firmware: z.enum(['bios', 'uefi']),
  accelerator: z.enum(['kvm', 'emulation']),
})
export type NewMachine = z.infer<typeof newMachine>

/** An ISO that is already there. */
export const foundMedia = z.object({
  source: mediaSource,
  fileName: z.string(),
  /** Folder or pool, for the eye. */
  place: z.string(),
  sizeBytes: z.number(),
  /** From the image's own volume label; null: it has none. */
  volumeLabel: z.string().nullable(),
  bootable: z.boolean().nullable(),
})
export type FoundMedia = z.infer<typeof foundMedia>

/** A proposed value and why it was proposed. */
const proposed = <T extends z.ZodType>(value: T) => z.object({ value, reason: z.string() })

export const creationDefaults = z.object({
  name: proposed(z.string()),
  vcpuCount: proposed(z.number().int()),
  memoryKiB: proposed(z.number().int()),
  diskBytes: proposed(z.number().int()),
  poolUuid: proposed(uuid.nullable()),
  network: proposed(networkSource),
  firmware: proposed(z.enum(['bios', 'uefi'])),
  accelerator: proposed(z.enum(['kvm', 'emulation'])),
  limits: z.object({ vcpuCount: z.number().int(), memoryKiB: z.number().int(), freeMemoryKiB: z.number().int() }),
  networks: z.array(z.object({ label: z.string(), explanation: z.string(), source: networkSource })),
})
export type CreationDefaults = z.infer<typeof creationDefaults>

/** What stands in the way of a field's value, or what the user should know before. */
export const creationFinding = z.object({
  field: z.enum([
    'name',
    'media',
    'vcpuCount',
    'memoryKiB',
    'diskBytes',
    'poolUuid',
    'network',
    'firmware',
    'accelerator',
  ]),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  repairs: z.array(repair),
  /** The value that would mend it by itself, as a change to the form; null: none. */
  suggestion: newMachine.partial().nullable(),
})
export type CreationFinding = z.infer<typeof creationFinding>

export const create = {
  defaults: procedure.input(hostRef).output(creationDefaults),
  findMedia: procedure.input(hostRef).output(z.array(foundMedia)),
  /** Looks at one ISO; fails when it cannot be read. */
  inspectMedia: procedure.input(hostRef.extend({ media: mediaSource })).output(foundMedia),
  /** Checks a form that may still be incomplete. */
  check: procedure.input(newMachine.partial().required({ hostId: true })).output(z.array(creationFinding)),
  /** The job's result carries the machine. */
  start: procedure.input(newMachine).output(jobRef),
}
