import { z } from 'zod'

import { hostRef, machineRef } from './references.ts'
import { said } from './words/said.ts'

const path = z
  .string()
  .max(4096)
  .regex(/^\/[^\0\n\r]*$/)
const name = z.string().min(1).max(255)
const macAddress = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i)
const imageFormat = z.enum(['raw', 'qcow2', 'qed', 'vmdk', 'vdi', 'vhdx', 'vpc'])
const portNumber = z.number().int().min(1).max(65_535)

/** What may be installed by a button, by its name in Debian. */
export const installablePackages = [
  'acl',
  'dnsmasq-base',
  'ovmf',
  'qemu-system-x86',
  'qemu-utils',
  'swtpm',
  'swtpm-tools',
] as const
export const installablePackage = z.enum(installablePackages)
export type InstallablePackage = z.infer<typeof installablePackage>

/** 'pass': a folder may be gone through, to what is known by name in it. */
export const fileRight = z.enum(['pass', 'read', 'read-write'])
export type FileRight = z.infer<typeof fileRight>

/** Where a network card is plugged in instead. */
export const plugTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user') }),
  z.object({ kind: z.literal('network'), networkName: name }),
])
export type PlugTarget = z.infer<typeof plugTarget>

/** For the whole host. */
const hostActions = [
  hostRef.extend({ kind: z.literal('reconnect-host') }),
  /** Starts the daemon that this host needs, where this user may. */
  hostRef.extend({ kind: z.literal('start-daemon') }),
  /** Makes, starts and sets to autostart the pool for disks of new machines. */
  hostRef.extend({ kind: z.literal('make-default-pool') }),
  hostRef.extend({ kind: z.literal('start-pool'), poolUuid: z.string().max(64) }),
  hostRef.extend({ kind: z.literal('start-network'), networkUuid: z.string().max(64) }),
  /** Defines the NAT network 'default' with addresses that nobody else here uses, starts it and sets it to autostart. */
  hostRef.extend({ kind: z.literal('make-default-network') }),
  hostRef.extend({ kind: z.literal('install-packages'), packages: z.array(installablePackage).min(1).max(8) }),
  /** An empty bridge of the host, up; no network card is joined to it. */
  hostRef.extend({ kind: z.literal('make-bridge'), bridgeName: z.string().regex(/^[A-Za-z][\w.-]{0,14}$/) }),
  /** Lets the user that runs QEMU use exactly `path`, which is `filePath` or a folder on the way to it. */
  hostRef.extend({ kind: z.literal('grant-access'), filePath: path, path, right: fileRight }),
] as const

const targetDev = z.string().min(1).max(64)

/** For one machine. What is to be changed is named by what it was when it was looked at: if that changed, nothing is done. */
const machineActions = [
  machineRef.extend({ kind: z.literal('force-off') }),
  machineRef.extend({ kind: z.literal('eject-media'), targetDev: z.string().max(64) }),
  machineRef.extend({ kind: z.literal('relink-disk'), targetDev, fromPath: z.string().max(4096), toPath: path }),
  machineRef.extend({ kind: z.literal('detach-disk'), targetDev, source: z.string().max(4096) }),
  machineRef.extend({ kind: z.literal('set-disk-format'), targetDev, path, format: imageFormat }),
  /** Copies a disk's or drive's file into a pool and uses the copy. */
  machineRef.extend({ kind: z.literal('copy-into-pool'), targetDev, path, poolUuid: z.string().max(64) }),
  /** Writes into an image which one lies below it, without touching any data. */
  machineRef.extend({ kind: z.literal('rebase-image'), path, backingPath: path, backingFormat: imageFormat }),
  /** Copies a damaged image, then mends it. */
  machineRef.extend({ kind: z.literal('mend-image'), path }),
  machineRef.extend({ kind: z.literal('replug-card'), macAddress, to: plugTarget }),
  machineRef.extend({ kind: z.literal('new-mac-address'), macAddress }),
  machineRef.extend({ kind: z.literal('set-memory'), memoryKiB: z.number().int().min(1024) }),
  machineRef.extend({ kind: z.literal('set-vcpus'), vcpuCount: z.number().int().min(1).max(4096) }),
  machineRef.extend({ kind: z.literal('set-cpu-mode'), mode: z.enum(['host-model', 'maximum']) }),
  machineRef.extend({ kind: z.literal('run-by-emulation') }),
  machineRef.extend({ kind: z.literal('set-machine-type'), machineType: z.string().regex(/^[\w.-]{1,64}$/) }),
  machineRef.extend({ kind: z.literal('set-emulator'), path }),
  /** Lets libvirt choose among the UEFI firmware that is installed. */
  machineRef.extend({ kind: z.literal('choose-firmware') }),
  machineRef.extend({ kind: z.literal('drop-direct-boot') }),
  machineRef.extend({ kind: z.literal('change-port'), device: z.enum(['vnc', 'spice', 'serial']), port: portNumber }),
  machineRef.extend({ kind: z.literal('detach-host-device'), device: z.string().min(1).max(64) }),
  machineRef.extend({ kind: z.literal('detach-shared-folder'), targetTag: name }),
  machineRef.extend({ kind: z.literal('detach-tpm') }),
  /** Sets the saved state aside as a file of its own where this user may, and starts afresh. */
  machineRef.extend({ kind: z.literal('set-saved-state-aside') }),
] as const

/** Something that the engine can do now to mend a problem. */
export const repairAction = z.discriminatedUnion('kind', [...hostActions, ...machineActions])
export type RepairAction = z.infer<typeof repairAction>
export type RepairActionOf<Kind extends RepairAction['kind']> = Extract<RepairAction, { kind: Kind }>

export const repair = z.object({
  /** The button's text. */
  label: said,
  /** What it changes, in one sentence. */
  explanation: said,
  /** The same as a line for a terminal; null when there is none. */
  command: z.string().nullable(),
  /** Null: only the user can do it, with the command. */
  action: repairAction.nullable(),
})
export type Repair = z.infer<typeof repair>
