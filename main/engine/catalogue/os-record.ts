import type { InstallScript, OsDevice } from '@strata/contract/catalogue.ts'

/** What one entry of the database says by itself, before anything is inherited. Plain data: it is cached as JSON. */
export interface OsRecord {
  readonly uri: string
  readonly source: 'osinfo-db' | 'strata'
  readonly shortIds: readonly string[]
  readonly name: string
  readonly version: string | null
  readonly vendor: string | null
  readonly family: string | null
  readonly distro: string | null
  readonly codename: string | null
  readonly status: 'released' | 'snapshot' | 'prerelease' | 'rolling'
  /** Days, as '2022-04-21'. */
  readonly releasedOn: string | null
  readonly endsOn: string | null
  /** URIs, the nearest first. */
  readonly derivesFrom: readonly string[]
  readonly clones: readonly string[]
  readonly upgrades: readonly string[]
  readonly variants: readonly { readonly id: string; readonly name: string }[]
  readonly resources: readonly ResourceRecord[]
  readonly devices: readonly { readonly device: OsDevice; readonly virtio: Virtio; readonly supported: boolean }[]
  /** Devices that its drivers make usable. */
  readonly drivers: readonly OsDevice[]
  readonly firmware: readonly FirmwareRecord[]
  readonly media: readonly MediaRecord[]
  readonly trees: readonly TreeRecord[]
  readonly images: readonly ImageRecord[]
  /** URIs of installation scripts. */
  readonly scripts: readonly string[]
  readonly cloudImageUser: string | null
}

/** Which form of virtio an entry is about; null: a device that is not virtio. */
export type Virtio = 'legacy' | 'modern' | null

export interface AmountsRecord {
  readonly vcpuCount: number | null
  readonly memoryBytes: number | null
  readonly diskBytes: number | null
}

export interface ResourceRecord {
  readonly architecture: string
  /** What it leaves out is taken from what the system derives from. */
  readonly inherits: boolean
  readonly minimum: AmountsRecord | null
  readonly recommended: AmountsRecord | null
  readonly networkInstall: AmountsRecord | null
}

export interface FirmwareRecord {
  readonly architecture: string
  readonly type: 'bios' | 'efi'
  readonly supported: boolean
}

export interface MediaRecord {
  readonly architecture: string
  readonly variants: readonly string[]
  readonly url: string | null
  readonly rule: IsoRule | null
  readonly kernelPath: string | null
  readonly initrdPath: string | null
  readonly isLive: boolean
  readonly isInstaller: boolean
  readonly takesScripts: boolean
  /** Its own scripts; empty: those of the system. */
  readonly scripts: readonly string[]
  readonly installerReboots: number
}

/** Regular expressions that an ISO's words must contain a match of; null: whatever they are. */
export interface IsoRule {
  readonly volumeId: string | null
  readonly systemId: string | null
  readonly publisherId: string | null
  readonly applicationId: string | null
  readonly volumeSizeBytes: number | null
}

export interface TreeRecord {
  readonly architecture: string
  readonly url: string
  readonly kernelPath: string | null
  readonly initrdPath: string | null
}

export interface ImageRecord {
  readonly architecture: string
  readonly url: string
  readonly format: 'qcow2' | 'raw' | 'vmdk'
  readonly variant: string | null
  readonly cloudInit: boolean
}

/** What the files of the database hold together. */
export interface DatabaseContent {
  readonly oses: readonly OsRecord[]
  readonly scripts: readonly ScriptRecord[]
  /** Files that could not be understood. */
  readonly skippedFiles: number
}

export interface ScriptRecord extends InstallScript {
  readonly uri: string
}
