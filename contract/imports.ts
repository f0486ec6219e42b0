import { z } from 'zod'

import { procedure } from './procedure.ts'
import { hostRef } from './references.ts'
import { said } from './words/said.ts'

/** Formats of disk images that can be read. 'vpc' is the VHD of Virtual PC and older Hyper-V. */
export const imageFormats = ['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'vhdx'] as const
export const imageFormat = z.enum(imageFormats)
export type ImageFormat = z.infer<typeof imageFormat>

export const applianceDisk = z.object({
  /** As the archive names it; null: the disk is described only, and begins empty. */
  fileName: z.string().nullable(),
  /** What the guest sees. */
  capacityBytes: z.number(),
  format: imageFormat.nullable(),
  /** What its file takes in the appliance. */
  sizeBytes: z.number(),
  /** What it hung on there, and the bus that the same system finds it on here. */
  controller: z.enum(['ide', 'sata', 'scsi', 'nvme', 'virtio', 'other']),
  bus: z.enum(['virtio', 'scsi', 'sata']),
})
export type ApplianceDisk = z.infer<typeof applianceDisk>

export const applianceNic = z.object({
  /** The card that the same system has a driver for. */
  model: z.enum(['virtio', 'e1000e', 'e1000', 'rtl8139']),
  /** What it was plugged into there; null: it does not say. */
  networkName: z.string().nullable(),
})
export type ApplianceNic = z.infer<typeof applianceNic>

/** The first machine of an OVA archive or OVF file: a proposal for the form. */
export const appliance = z.object({
  /** With links followed. */
  path: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  /** osinfo's short name, and the appliance's own words; null: it does not say, or not exactly enough. */
  osId: z.string().nullable(),
  osName: z.string().nullable(),
  /** Null: it does not say. */
  vcpuCount: z.number().int().nullable(),
  memoryKiB: z.number().int().nullable(),
  firmware: z.enum(['bios', 'uefi', 'uefi-secure']),
  disks: z.array(applianceDisk),
  nics: z.array(applianceNic),
  /** Checksums that come along are compared while the disks are read; a signature is not checked. */
  checksums: z.enum(['sha1', 'sha256', 'sha512']).nullable(),
  isSigned: z.boolean(),
  /** What is not taken over, or should be known before; sentences. */
  warnings: z.array(said),
})
export type Appliance = z.infer<typeof appliance>

export const clashKinds = [
  'name-missing',
  'name-taken',
  'uuid-taken',
  'mac-taken',
  'file-missing',
  'file-in-use',
  'network-missing',
  'pool-missing',
  'hypervisor-missing',
  'kvm-missing',
  'emulator-missing',
  'machine-type-unknown',
  'cpu-unavailable',
  'firmware-missing',
  'device-missing',
  'runtime-details',
] as const

/** Where a definition and this host do not go together. */
export const definitionClash = z.object({
  kind: z.enum(clashKinds),
  /** What is wrong. */
  sentence: said,
  /** What was changed in the text because of it; null: nothing, it stands as it was. */
  mended: said.nullable(),
  /** Whether no machine can, or should, be made as long as it stands. Never of what was mended. */
  blocks: z.boolean(),
})
export type DefinitionClash = z.infer<typeof definitionClash>

export const reachKinds = [
  'reads',
  'writes',
  'runs',
  'device',
  'network',
  'confinement',
  'arguments',
  'unknown',
] as const

/** A line of a definition that lets the guest, or its maker, do something outside of the machine. */
export const definitionReach = z.object({
  /** Of what the line, and the device that it stands in, says: whatever is changed there is another line. */
  id: z.string(),
  kind: z.enum(reachKinds),
  /** From 1, in the text with all that was mended. */
  line: z.number().int(),
  /** The line itself, cut where it is long. */
  text: z.string(),
  /** What it lets the machine do: 'The machine may write to /home/ada/.profile on this computer.' */
  sentence: said,
})
export type DefinitionReach = z.infer<typeof definitionReach>

export const definitionProblem = z.object({
  message: said,
  /** From 1; null: it is about the whole. */
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
})
export type DefinitionProblem = z.infer<typeof definitionProblem>

/** What libvirt XML says, and what would have to change for this host. */
export const definitionReport = z.object({
  /** Empty when the text is no machine. */
  name: z.string(),
  /** The text with all that could be mended; what nobody had to touch is as it was. With its secrets. */
  xml: z.string(),
  vcpuCount: z.number().int().nullable(),
  memoryKiB: z.number().int().nullable(),
  clashes: z.array(definitionClash),
  /** Each of them keeps the machine from being made until the user has allowed it. */
  reaches: z.array(definitionReach),
  /** Why it is no machine at all; empty: it is one. */
  problems: z.array(definitionProblem),
})
export type DefinitionReport = z.infer<typeof definitionReport>

export const imports = {
  /** Looks into an OVA archive, or an OVF file with its disks beside it; reads headers only. */
  inspectAppliance: procedure.input(hostRef.extend({ path: z.string().min(1).max(4096) })).output(appliance),
  /** Compares a definition with the host and mends what clashes, by the smallest changes. Nothing is made. */
  inspectDefinition: procedure.input(hostRef.extend({ xml: z.string().max(1024 ** 2) })).output(definitionReport),
}
