import { z } from 'zod'

import { guestSetup } from './guest-setup.ts'
import { machineName } from './machines.ts'
import { procedure } from './procedure.ts'
import { hostRef, jobRef, uuid } from './references.ts'
import { repair } from './repairs.ts'
import { said } from './words/said.ts'

/** A file that a machine is made from: an installation medium, a disk image, an appliance. */
export const mediaSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('volume'), poolUuid: uuid, name: z.string().max(1024) }),
  /** A file on the computer that the engine runs on: read where it lies, or copied into the pool first. */
  z.object({ kind: z.literal('file'), path: z.string().min(1).max(4096), use: z.enum(['in-place', 'upload']) }),
])
export type MediaSource = z.infer<typeof mediaSource>

/** What a machine is made from. */
export const machineSource = z.discriminatedUnion('kind', [
  /** Installed from a medium, by hand on its screen or by the installer itself from answers (see `setup`). */
  z.object({ kind: z.literal('iso'), media: mediaSource, installs: z.enum(['by-hand', 'automatically']) }),
  /** A system that is installed already and sets itself up at the first boot. An overlay keeps only what differs from the image. */
  z.object({ kind: z.literal('cloud-image'), imageId: z.string().min(1).max(128), disk: z.enum(['overlay', 'copy']) }),
  /**
   * A disk with a system on it. A copy is made as qcow2 in the pool; moved, it lies in the pool and nowhere else afterwards;
   * in place, the file itself becomes the machine's disk.
   */
  z.object({ kind: z.literal('disk-image'), media: mediaSource, disk: z.enum(['copy', 'move', 'in-place']) }),
  /** An OVA archive, or an OVF file with its disks beside it. */
  z.object({ kind: z.literal('appliance'), path: z.string().min(1).max(4096) }),
  /** libvirt's own XML, mended where it clashes with what is here. */
  z.object({
    kind: z.literal('definition'),
    xml: z
      .string()
      .min(1)
      .max(1024 ** 2),
    /** The lines that may reach out of the machine, by `id` of `definitionReach`: the user has seen and allowed each. */
    allowed: z.array(z.string().max(64)).max(500).optional(),
  }),
  /** A machine that is a template: its disks become the base of new ones. */
  z.object({ kind: z.literal('template'), uuid }),
  /** A machine as it was at one of its restore points: the new one gets whole copies of its disks, without its memory. */
  z.object({ kind: z.literal('restore-point'), uuid, name: z.string().min(1).max(255) }),
  z.object({ kind: z.literal('network-boot') }),
  z.object({ kind: z.literal('empty') }),
])
export type MachineSource = z.infer<typeof machineSource>

export const networkSource = z.discriminatedUnion('kind', [
  /** QEMU's user-mode network: the guest reaches out, nobody reaches in. */
  z.object({ kind: z.literal('user') }),
  z.object({ kind: z.literal('network'), networkName: z.string().max(1024) }),
  z.object({ kind: z.literal('bridge'), bridgeName: z.string().max(64) }),
  /** Straight on a card of the host; the host itself does not reach the guest, nor the guest the host. */
  z.object({ kind: z.literal('macvtap'), deviceName: z.string().max(64) }),
  z.object({ kind: z.literal('none') }),
])
export type NetworkSource = z.infer<typeof networkSource>

export const nicModels = ['virtio', 'e1000e', 'e1000', 'rtl8139'] as const
export const nicModel = z.enum(nicModels)
export type NicModel = z.infer<typeof nicModel>

export const newNic = z.object({ source: networkSource, model: nicModel })
export type NewNic = z.infer<typeof newNic>

/** IDE is for systems that are older than SATA, and only machines of the type 'pc' have it. */
export const diskBuses = ['virtio', 'scsi', 'sata', 'ide', 'usb'] as const
export const diskCaches = ['default', 'none', 'writeback', 'writethrough', 'unsafe'] as const
/** How a disk hangs on the machine, and how its room is taken: as it is filled, or all at once. */
export const diskOptions = z.object({
  bus: z.enum(diskBuses),
  cache: z.enum(diskCaches),
  allocation: z.enum(['thin', 'full']),
})
export type DiskOptions = z.infer<typeof diskOptions>

const diskBytes = z
  .number()
  .int()
  .min(1024 ** 2)
  .max(64 * 1024 ** 4)

/** A further disk: made anew, or one that lies in a pool already. */
export const newDisk = z.discriminatedUnion('kind', [
  diskOptions.extend({ kind: z.literal('new'), poolUuid: uuid, capacityBytes: diskBytes }),
  diskOptions
    .omit({ allocation: true })
    .extend({ kind: z.literal('existing'), poolUuid: uuid, volumeName: z.string().max(1024) }),
])
export type NewDisk = z.infer<typeof newDisk>

/** 'maximum': all that emulation can do. A named model is one of libvirt's: 'EPYC-Milan'. */
export const cpuChoice = z.discriminatedUnion('mode', [
  z.object({ mode: z.enum(['host-passthrough', 'host-model', 'maximum']) }),
  z.object({ mode: z.literal('named'), model: z.string().min(1).max(64) }),
])
export type CpuChoice = z.infer<typeof cpuChoice>

export const cpuTopology = z.object({
  sockets: z.number().int().min(1).max(64),
  cores: z.number().int().min(1).max(512),
  threads: z.number().int().min(1).max(8),
})
export type CpuTopology = z.infer<typeof cpuTopology>

export const firmwares = ['bios', 'uefi', 'uefi-secure'] as const
export const videoModels = ['virtio', 'vga', 'qxl', 'bochs', 'none'] as const
export const soundModels = ['none', 'ich9', 'ich6', 'ac97', 'usb'] as const
export const bootDevices = ['disk', 'cdrom', 'network'] as const

/** Sets of proposals for a use; 'web-server' also puts a web server into the guest. */
export const profiles = ['server', 'desktop', 'windows-11', 'router', 'minimal', 'web-server'] as const
export const profile = z.enum(profiles)
export type Profile = z.infer<typeof profile>

const memoryKiB = z
  .number()
  .int()
  .min(16 * 1024)
  .max(16 * 1024 ** 3)

/** All that is needed to make a machine. */
export const newMachine = hostRef.extend({
  name: machineName,
  source: machineSource,
  /** osinfo's short name of the guest system: 'ubuntu22.04'; null: not known. */
  osId: z.string().max(128).nullable(),
  /** Null: nothing is set up inside. */
  setup: guestSetup.nullable(),
  vcpuCount: z.number().int().min(1).max(512),
  /** Its product is `vcpuCount`; null: as suits the system. */
  topology: cpuTopology.nullable(),
  cpu: cpuChoice,
  memoryKiB,
  /** What the guest's memory can grow to while it runs; null: no more than `memoryKiB`. */
  maxMemoryKiB: memoryKiB.nullable(),
  /** Null: there is none yet, and the user's own default pool is made with the machine. */
  poolUuid: uuid.nullable(),
  /** Null: no disk of its own. Of an image, the size that its disk grows to. */
  diskBytes: diskBytes.nullable(),
  disk: diskOptions,
  moreDisks: z.array(newDisk).max(16),
  network: networkSource,
  nicModel,
  moreNics: z.array(newNic).max(8),
  firmware: z.enum(firmwares),
  tpm: z.boolean(),
  machineType: z.enum(['q35', 'pc', 'virt']),
  accelerator: z.enum(['kvm', 'emulation']),
  video: z.enum(videoModels),
  sound: z.enum(soundModels),
  agentChannel: z.boolean(),
  rng: z.boolean(),
  /** A second CD with drivers for the guest, such as virtio's for Windows. */
  driversMedia: mediaSource.nullable(),
  /** What is tried to boot from, first to last. */
  bootOrder: z.array(z.enum(bootDevices)).max(3),
  /** Starts with the host. */
  autostart: z.boolean(),
  /** Starts as soon as it is made. */
  startsNow: z.boolean(),
})
export type NewMachine = z.infer<typeof newMachine>

/** A file that is already there, and what it turned out to be. */
export const foundMedia = z.object({
  source: mediaSource,
  fileName: z.string(),
  /** Folder or pool, for the eye. */
  place: z.string(),
  sizeBytes: z.number(),
  content: z.enum(['iso', 'disk-image', 'appliance', 'definition']),
  /** From an ISO's own volume label; null: it has none. */
  volumeLabel: z.string().nullable(),
  /** Null: not known. */
  bootable: z.boolean().nullable(),
  /** The system on it, as far as it can be told; `guessed`: by its label, not by the catalogue. */
  os: z.object({ osId: z.string(), name: z.string(), guessed: z.boolean() }).nullable(),
  /** Whether the installer on it can be given its answers; by which kind of file, for the eye ('preseed', 'autoinstall', …). */
  answers: z.string().nullable(),
  /** Of a disk image: 'qcow2', 'vmdk', …, and the size that the guest sees. */
  format: z.string().nullable(),
  capacityBytes: z.number().nullable(),
})
export type FoundMedia = z.infer<typeof foundMedia>

/** A restore point that a machine can be made from, as a list shows it. */
export const pastState = z.object({
  uuid,
  machineName: z.string(),
  name: z.string(),
  takenAtMs: z.number().int(),
  holds: z.enum(['disks', 'disks-and-memory']),
  hasPicture: z.boolean(),
  /** Why no machine can be made from it; null: one can. */
  blocked: said.nullable(),
})
export type PastState = z.infer<typeof pastState>

/** A proposed value and why it was proposed. */
const proposed = <T extends z.ZodType>(value: T) => z.object({ value, reason: said })

const fields = newMachine.shape

/** A value for every field, each with its reason, for one source and use. */
export const creationDefaults = z.object({
  name: proposed(fields.name),
  osId: proposed(fields.osId),
  setup: proposed(fields.setup),
  vcpuCount: proposed(fields.vcpuCount),
  topology: proposed(fields.topology),
  cpu: proposed(fields.cpu),
  memoryKiB: proposed(fields.memoryKiB),
  maxMemoryKiB: proposed(fields.maxMemoryKiB),
  poolUuid: proposed(fields.poolUuid),
  diskBytes: proposed(fields.diskBytes),
  disk: proposed(fields.disk),
  moreDisks: proposed(fields.moreDisks),
  network: proposed(fields.network),
  nicModel: proposed(fields.nicModel),
  moreNics: proposed(fields.moreNics),
  firmware: proposed(fields.firmware),
  tpm: proposed(fields.tpm),
  machineType: proposed(fields.machineType),
  accelerator: proposed(fields.accelerator),
  video: proposed(fields.video),
  sound: proposed(fields.sound),
  agentChannel: proposed(fields.agentChannel),
  rng: proposed(fields.rng),
  driversMedia: proposed(fields.driversMedia),
  bootOrder: proposed(fields.bootOrder),
  autostart: proposed(fields.autostart),
  startsNow: proposed(fields.startsNow),
  limits: z.object({ vcpuCount: z.number().int(), memoryKiB: z.number().int(), freeMemoryKiB: z.number().int() }),
  networks: z.array(z.object({ label: said, explanation: said, source: networkSource })),
  /** What this host can give, and, where it cannot, why. */
  choices: z.object({
    firmwares: z.array(z.object({ value: z.enum(firmwares), reason: said.nullable() })),
    machineTypes: z.array(z.enum(['q35', 'pc', 'virt'])),
    cpuModels: z.array(z.string()),
    videos: z.array(z.enum(videoModels)),
    /** On one machine type at least. */
    diskBuses: z.array(z.enum(diskBuses)),
    /** Null: it can. */
    tpm: said.nullable(),
    /** Kinds of set-up that fit the source: 'cloud-init', 'answers' (of an installer); null: nothing can be set up. */
    setup: z.enum(['cloud-init', 'answers']).nullable(),
  }),
  profiles: z.array(
    z.object({
      profile,
      label: said,
      explanation: said,
      /** The recipe: what it puts into the guest beyond what every set-up has, where a set-up is read at all. */
      adds: z.object({ packages: z.array(z.string()), services: z.array(z.string()) }),
    }),
  ),
  /** The one that the values are for: as it was asked for, or the one that fits. */
  profile,
})
export type CreationDefaults = z.infer<typeof creationDefaults>

export const creationField = z.enum(
  Object.keys(newMachine.omit({ hostId: true }).shape) as [
    Exclude<keyof NewMachine, 'hostId'>,
    ...Exclude<keyof NewMachine, 'hostId'>[],
  ],
)
export type CreationField = z.infer<typeof creationField>

/** What stands in the way of a field's value, or what the user should know before. */
export const creationFinding = z.object({
  field: creationField,
  /** Which part of a field: the number of a further disk or card, 'password' or 'userData' of the set-up; null: all of it. */
  part: z.union([z.number().int(), z.string()]).nullable(),
  severity: z.enum(['error', 'warning']),
  message: said,
  repairs: z.array(repair),
  /** The value that would mend it by itself, as a change to the form; null: none. */
  suggestion: newMachine.partial().nullable(),
})
export type CreationFinding = z.infer<typeof creationFinding>

export const create = {
  /** Null source: nothing is chosen yet. Null profile: the one that fits the system. */
  defaults: procedure
    .input(
      hostRef.extend({
        source: machineSource.nullable(),
        osId: z.string().max(128).nullable(),
        profile: profile.nullable(),
      }),
    )
    .output(creationDefaults),
  /** ISOs, disk images and appliances in the pools and in the user's Downloads. */
  findMedia: procedure.input(hostRef).output(z.array(foundMedia)),
  /**
   * Restore points of the host's machines, the newest first. Without words the newest of each machine; else those whose
   * machine and name have all of the words in them. `hasMore`: there are others that more words would find.
   */
  findPastStates: procedure
    .input(hostRef.extend({ text: z.string().max(200) }))
    .output(z.object({ states: z.array(pastState), hasMore: z.boolean() })),
  /** Looks at one file; fails when it cannot be read or is nothing that a machine is made from. */
  inspectMedia: procedure.input(hostRef.extend({ media: mediaSource })).output(foundMedia),
  /** Checks a form that may still be incomplete. */
  check: procedure.input(newMachine.partial().required({ hostId: true })).output(z.array(creationFinding)),
  /** The definition that would be made, without secrets. */
  preview: procedure.input(newMachine).output(z.object({ xml: z.string() })),
  /** The job's result carries the machine. */
  start: procedure.input(newMachine).output(jobRef),
}
