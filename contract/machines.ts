import { z } from 'zod'

import { definitionReach } from './imports.ts'
import { machineSetup } from './machine-setup.ts'
import { procedure } from './procedure.ts'
import { hostId, jobRef, machineRef, uuid } from './references.ts'
import { said } from './words/said.ts'

export const machineStates = [
  'running',
  'paused',
  'suspended',
  'shutting-down',
  'shut-off',
  'crashed',
  'unknown',
] as const
/** 'suspended': asleep by the guest's own power management, woken by 'resume'. */
export const machineState = z.enum(machineStates)
export type MachineState = z.infer<typeof machineState>

export const powerActions = [
  'start',
  'shut-down',
  'force-off',
  'reboot',
  'reset',
  'pause',
  'resume',
  'save',
  'discard-saved-state',
] as const
export const powerAction = z.enum(powerActions)
export type PowerAction = z.infer<typeof powerAction>

/** Which acts fit which state. 'discard-saved-state' needs a saved state besides, 'save' a persistent machine. */
export const powerActionsByState: Readonly<Record<MachineState, readonly PowerAction[]>> = {
  running: ['shut-down', 'reboot', 'pause', 'save', 'reset', 'force-off'],
  paused: ['resume', 'save', 'reset', 'force-off'],
  suspended: ['resume', 'force-off'],
  'shutting-down': ['force-off'],
  'shut-off': ['start', 'discard-saved-state'],
  crashed: ['start', 'force-off'],
  unknown: [],
}

/** A machine as every list shows it. */
export const machine = z.object({
  hostId,
  uuid,
  name: z.string(),
  title: z.string().nullable(),
  state: machineState,
  /** Why it is in this state, in kebab-case as libvirt tells ('io-error', 'saved', 'shutdown'); null: not known. */
  stateReason: z.string().nullable(),
  /** Since when it is in this state, as far as Strata saw; null: since before Strata looked. */
  stateSinceMs: z.number().int().nullable(),
  /** False: it disappears when it stops. */
  persistent: z.boolean(),
  hasSavedState: z.boolean(),
  autostart: z.boolean(),
  vcpuCount: z.number().int(),
  /** Memory given now. */
  memoryKiB: z.number().int(),
  maxMemoryKiB: z.number().int(),
  /** 'emulation': every instruction is translated, slow. 'test': libvirt's test driver. */
  accelerator: z.enum(['kvm', 'emulation', 'test', 'other']),
  firmware: z.enum(['bios', 'uefi', 'none']),
  /** What the definition says about the guest: 'Debian 12'; null: nothing. */
  osName: z.string().nullable(),
  graphics: z.enum(['vnc', 'spice', 'none']),
  /** Names and paths that a search should find: networks, MAC addresses, disk files. */
  diskPaths: z.array(z.string()),
  networkNames: z.array(z.string()),
  macAddresses: z.array(z.string()),
  addresses: z.array(z.string()),
  /** Whether a system is being installed, and by whom; null: none is. */
  installation: z.enum(['by-hand', 'automatic']).nullable(),
  /** Null: Strata set nothing up inside, or what came of it has been read. */
  setup: machineSetup.nullable(),
  /** The base of other machines: not started itself. */
  isTemplate: z.boolean(),
  /** When a shut-down was asked of the guest and is not yet done; null: none asked. */
  shutdownAskedAtMs: z.number().int().nullable(),
  /** Counts up when the definition changed. */
  definitionRevision: z.number().int(),
  /** Counts up when restore points changed. */
  snapshotsRevision: z.number().int(),
})
export type Machine = z.infer<typeof machine>

export const machineDisk = z.object({
  targetDev: z.string(),
  bus: z.string().nullable(),
  device: z.enum(['disk', 'cdrom', 'floppy', 'lun']),
  /** Path of the file or device; null: empty drive, or not a file. */
  path: z.string().nullable(),
  format: z.string().nullable(),
  readOnly: z.boolean(),
  capacityBytes: z.number().nullable(),
  allocationBytes: z.number().nullable(),
  poolUuid: uuid.nullable(),
})
export type MachineDisk = z.infer<typeof machineDisk>

export const machineNic = z.object({
  macAddress: z.string().nullable(),
  model: z.string().nullable(),
  kind: z.string(),
  /** Network, bridge or device name; null for user-mode networking. */
  source: z.string().nullable(),
  addresses: z.array(z.string()),
})
export type MachineNic = z.infer<typeof machineNic>

export const machineDetail = z.object({
  machineType: z.string().nullable(),
  architecture: z.string(),
  cpuMode: z.string().nullable(),
  disks: z.array(machineDisk),
  nics: z.array(machineNic),
  hasAgentChannel: z.boolean(),
  xml: z.string(),
})
export type MachineDetail = z.infer<typeof machineDetail>

/** A file that belongs to a machine, and what its deletion would do to it. */
export const deletionFile = z.object({
  path: z.string(),
  role: z.enum(['disk', 'media', 'firmware-variables', 'tpm-state', 'saved-state']),
  /** Room that it takes on the host now. */
  allocationBytes: z.number().nullable(),
  /** 'keep' is for what is not the machine's own; the reason says whose. 'ask' goes only when the user names it. */
  fate: z.enum(['delete', 'ask', 'keep']),
  reason: said.nullable(),
})
export type DeletionFile = z.infer<typeof deletionFile>

export const deletionPlan = z.object({
  name: z.string(),
  state: machineState,
  files: z.array(deletionFile),
  /** Sum over the files whose fate is 'delete'. */
  freedBytes: z.number(),
  restorePointCount: z.number().int(),
  /** Why the trash cannot be offered; null: it can. */
  trashUnavailable: said.nullable(),
  trashDays: z.number().int(),
  /** What “keep the disks” cannot keep all the same; null: it keeps everything. */
  keepsNot: said.nullable(),
})
export type DeletionPlan = z.infer<typeof deletionPlan>

export const deletionChoice = z.enum(['trash', 'delete-disks', 'keep-disks'])
export type DeletionChoice = z.infer<typeof deletionChoice>

export const machineName = z
  .string()
  .min(1)
  .max(120)
  // Neither XML nor a terminal takes control characters, nor half a character.
  .regex(/^[^/\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u, 'A name has no slash and no control characters.')
  .refine((name) => name.trim() === name && name !== '.' && name !== '..')

export const machines = {
  detail: procedure.input(machineRef).output(machineDetail),
  /** Returns when libvirt accepted the act; the state changes by the inventory. 'save' is a job. */
  power: procedure
    .input(
      machineRef.extend({
        action: powerAction,
        /** Of `reaches`, by id: what the user has seen and allows from now on. For a start only. */
        allowedReaches: z.array(z.string().max(64)).max(1000).default([]),
      }),
    )
    .output(z.void()),
  /** Lines of the stored definition that reach out of the machine, and that nobody has allowed: a start is refused for them. */
  reaches: procedure.input(machineRef).output(z.array(definitionReach)),
  save: procedure.input(machineRef).output(jobRef),
  setAutostart: procedure.input(machineRef.extend({ autostart: z.boolean() })).output(z.void()),
  /** A machine that runs gets the title now and the name only when it is off. */
  rename: procedure.input(machineRef.extend({ name: machineName })).output(z.void()),
  /** A template is not started: other machines' disks are built on its disks. */
  setTemplate: procedure.input(machineRef.extend({ isTemplate: z.boolean() })).output(z.void()),
  /** Forgets what came of the set-up inside, or waits for it no longer; its history keeps what happened. */
  dismissSetup: procedure.input(machineRef).output(z.void()),
  planDeletion: procedure.input(machineRef).output(deletionPlan),
  /** 'trash' keeps the files and the definition until the trash is emptied or its days are over. */
  remove: procedure
    .input(
      machineRef.extend({
        choice: deletionChoice,
        /** Files whose fate is 'ask' and that are to go all the same. */
        alsoDelete: z.array(z.string().max(4096)).max(1024).default([]),
      }),
    )
    .output(jobRef),
}
