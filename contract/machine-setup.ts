import { z } from 'zod'

/** cloud-init's stages, in the order in which they run. */
export const setupStages = ['init-local', 'init', 'modules-config', 'modules-final'] as const
export const setupStage = z.enum(setupStages)
export type SetupStage = z.infer<typeof setupStage>

/** Something that did not work inside, in the guest's own words. */
export const setupTrouble = z.object({
  stage: setupStage.nullable(),
  /** cloud-init's module by its own name: 'scripts-user'; null: it named none. */
  module: z.string().max(64).nullable(),
  message: z.string().max(400),
})
export type SetupTrouble = z.infer<typeof setupTrouble>

const begun = z.object({
  /** Who does it: cloud-init at the first boot, or an installer that has its answers. */
  by: z.enum(['cloud-init', 'installer']),
  userName: z.string().max(64).nullable(),
  /** When this start of the machine began, or, for an installer, its first one; null: it has not been started. */
  startedAtMs: z.number().int().nullable(),
})
const ended = begun.extend({ tookMs: z.number().int().nonnegative() })
const troubles = z.array(setupTrouble).max(16)

/** What is set up inside a machine that Strata made, and how far it is; it goes on only while the machine runs. */
export const machineSetup = z.discriminatedUnion('phase', [
  begun.extend({ phase: z.literal('installing') }),
  /** It boots: its agent does not answer yet. */
  begun.extend({ phase: z.literal('starting') }),
  /** The agent answers. Null stage: none has begun, as far as the guest tells. */
  begun.extend({ phase: z.literal('setting-up'), stage: setupStage.nullable() }),
  /** Warnings are what cloud-init itself went on after. */
  ended.extend({ phase: z.literal('ready'), warnings: troubles }),
  ended.extend({ phase: z.literal('failed'), troubles }),
  /** 'no-channel': the machine has no way to its agent. 'refused': the agent lets no files be read. 'no-report': cloud-init left none. */
  ended.extend({ phase: z.literal('unreadable'), reason: z.enum(['no-channel', 'refused', 'no-report']) }),
])
export type MachineSetup = z.infer<typeof machineSetup>
