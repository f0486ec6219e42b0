import { z } from 'zod'

import { procedure } from './procedure.ts'
import { repair } from './repairs.ts'
import { said } from './words/said.ts'

/** A short id such as 'debian12' or 'win11', one of its other names such as 'debianbookworm', or osinfo's URI. */
export const osRef = z.object({ osId: z.string().min(1).max(200) })

/** How an operating system is drawn: one or two letters on one of the five earth tones. No logos. */
export const osGlyph = z.object({
  letters: z.string().min(1).max(2),
  hue: z.enum(['ochre', 'rust', 'green', 'blue', 'slate']),
})
export type OsGlyph = z.infer<typeof osGlyph>

/** Whether its makers still mend it. 'rolling': it has no releases that could end. */
export const osSupport = z.enum(['supported', 'rolling', 'prerelease', 'ended'])
export type OsSupport = z.infer<typeof osSupport>

/** The languages in which an installer can be told its answers. */
export const scriptKind = z.enum(['preseed', 'autoinstall', 'kickstart', 'autoyast', 'windows-unattend', 'windows-sif'])
export type ScriptKind = z.infer<typeof scriptKind>

/** One way to install without questions. */
export const installScript = z.object({
  kind: scriptKind,
  /** A lean system, or one with a desktop. */
  profile: z.enum(['jeos', 'desktop']),
  /** What the installer looks for, such as 'preseed.cfg'. */
  fileName: z.string(),
  /** The best first. 'initrd': packed into the initial RAM disk, so the kernel is started directly. */
  injectionMethods: z.array(z.enum(['initrd', 'cdrom', 'floppy', 'disk', 'web'])),
  needsInternet: z.boolean(),
  /** Answers that it cannot do without, by osinfo's names, such as 'admin-password'. */
  requiredAnswers: z.array(z.string()),
})
export type InstallScript = z.infer<typeof installScript>

export const osSummary = z.object({
  /** Its first short id. */
  osId: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  /** osinfo's word: 'debian', 'ubuntu', 'win', … */
  distro: z.string().nullable(),
  /** osinfo's word: 'linux', 'winnt', 'freebsd', … */
  family: z.string().nullable(),
  vendor: z.string().nullable(),
  /** The day's first moment in UTC; null: not known. */
  releasedAtMs: z.number().nullable(),
  endOfLifeAtMs: z.number().nullable(),
  support: osSupport,
  glyph: osGlyph,
  scriptKinds: z.array(scriptKind),
  hasCloudImage: z.boolean(),
})
export type OsSummary = z.infer<typeof osSummary>

const amounts = z.object({
  vcpuCount: z.number().int().nullable(),
  memoryKiB: z.number().int().nullable(),
  diskBytes: z.number().int().nullable(),
})

/** What it needs; null: nobody says. A recommended amount is never below the minimum. */
export const osResources = z.object({
  /** 'all': of architectures that have no entry of their own. */
  architecture: z.string(),
  minimum: amounts,
  recommended: amounts,
  /** Memory for an installation over the network where that needs more. */
  networkInstallMemoryKiB: z.number().int().nullable(),
})
export type OsResources = z.infer<typeof osResources>

/** Virtual devices that matter when a machine is made. */
export const osDevice = z.enum([
  'virtio-net',
  'virtio-blk',
  'virtio-scsi',
  'virtio-console',
  'virtio-rng',
  'virtio-balloon',
  'virtio-gpu',
  'virtio-input',
  'virtio-9p',
  'virtio-fs',
  'virtio-vsock',
  'qxl',
  'usb-tablet',
  'qemu-xhci',
  'nec-xhci',
  'q35',
  'e1000',
  'e1000e',
  'rtl8139',
  'ac97',
  'ich6-hda',
  'ich9-hda',
])
export type OsDevice = z.infer<typeof osDevice>

const firmwareSupport = z.enum(['supported', 'unsupported', 'required', 'unknown'])

export const osFirmware = z.object({
  architecture: z.string(),
  bios: firmwareSupport,
  uefi: firmwareSupport,
  secureBoot: firmwareSupport,
})
export type OsFirmware = z.infer<typeof osFirmware>

export const osMedia = z.object({
  architecture: z.string(),
  variants: z.array(z.string()),
  url: z.string().nullable(),
  /** Paths in the ISO, without a slash in front. */
  kernelPath: z.string().nullable(),
  initrdPath: z.string().nullable(),
  isLive: z.boolean(),
  isInstaller: z.boolean(),
  /** How often the machine starts anew until the installation is done. */
  installerReboots: z.number().int(),
})

export const osTree = z.object({
  architecture: z.string(),
  url: z.string(),
  /** Paths below the URL; null: the tree's own .treeinfo tells. */
  kernelPath: z.string().nullable(),
  initrdPath: z.string().nullable(),
})

export const osImage = z.object({
  architecture: z.string(),
  url: z.string(),
  format: z.enum(['qcow2', 'raw', 'vmdk']),
  variant: z.string().nullable(),
  cloudInit: z.boolean(),
})

export const os = osSummary.extend({
  /** For the definition's metadata: `<libosinfo:os id=…>`. */
  uri: z.string(),
  shortIds: z.array(z.string()),
  codename: z.string().nullable(),
  architectures: z.array(z.string()),
  variants: z.array(z.object({ id: z.string(), name: z.string() })),
  /** One for each architecture that is known, and 'all' last. */
  resources: z.array(osResources),
  /** Work without anything added. */
  devices: z.array(osDevice),
  /** Work once drivers are there, as Windows' virtio ones. */
  devicesWithDrivers: z.array(osDevice),
  /** The newer form of virtio, which Q35 machines present. */
  virtio: z.enum(['none', 'legacy', 'modern']),
  firmware: z.array(osFirmware),
  tpm: z.enum(['required', 'optional']),
  installScripts: z.array(installScript),
  media: z.array(osMedia),
  trees: z.array(osTree),
  cloudImages: z.array(osImage),
  /** Who the cloud images' own user is; null: not known. */
  cloudImageUser: z.string().nullable(),
  /** 'osinfo-db', or Strata's own list of what came after it. */
  source: z.enum(['osinfo-db', 'strata']),
})
export type Os = z.infer<typeof os>

/** A cloud image with the system that is in it. */
export const osCloudImage = osImage.extend({ os: osSummary, user: z.string().nullable() })
export type OsCloudImage = z.infer<typeof osCloudImage>

/** What an ISO turned out to be. */
export const isoMatch = z.object({
  os: osSummary,
  /** 'medium': the database knows it; 'release': its label tells the release; 'guess': the newest known release of what its label names. */
  certainty: z.enum(['medium', 'release', 'guess']),
  architecture: z.string().nullable(),
  variant: z.object({ id: z.string(), name: z.string() }).nullable(),
  isLive: z.boolean(),
  isInstaller: z.boolean(),
  /** Paths in the ISO, without a slash in front; null: not known. */
  kernelPath: z.string().nullable(),
  initrdPath: z.string().nullable(),
  installerReboots: z.number().int(),
  /** As the label has it, such as 'en-GB'; null: it does not say. */
  language: z.string().nullable(),
  /** Those that this medium understands. */
  installScripts: z.array(installScript),
  /** Other systems whose media say the same of themselves, the newest first. */
  alternatives: z.array(osSummary),
})
export type IsoMatch = z.infer<typeof isoMatch>

/** Where the catalogue comes from. */
export const catalogueState = z.object({
  osCount: z.number().int(),
  /** 'missing': Strata knows only its own short list. */
  database: z.discriminatedUnion('state', [
    z.object({ state: z.literal('present'), folders: z.array(z.string()), skippedFiles: z.number().int() }),
    z.object({ state: z.literal('missing'), message: said, repairs: z.array(repair) }),
  ]),
})
export type CatalogueState = z.infer<typeof catalogueState>

export const catalogue = {
  /** Best first; no text gives the newest of those that are supported. */
  search: procedure
    .input(z.object({ text: z.string().max(200), limit: z.number().int().min(1).max(200) }))
    .output(z.array(osSummary)),
  /** Fails with 'not-found' for an id that nobody has. */
  os: procedure.input(osRef).output(os),
  cloudImages: procedure.output(z.array(osCloudImage)),
  state: procedure.output(catalogueState),
}
