import type { DomainXml } from 'node-libvirt/xml'

/** An image that a definition names. */
export interface ImageUse {
  readonly targetDev: string
  readonly device: 'disk' | 'cdrom' | 'floppy' | 'lun'
  readonly readOnly: boolean
  /** 'device': a block device of the host. Disks over the network have no path and are not listed. */
  readonly kind: 'file' | 'device' | 'volume'
  /** Of kind 'volume' until the pool was asked: empty. */
  readonly path: string
  readonly pool: string | null
  readonly volume: string | null
  /** What a running guest was said to have below it, nearest first. */
  readonly backingPaths: readonly string[]
}

/** All files that a definition names. */
export interface MachineFiles {
  readonly uuid: string
  readonly name: string
  readonly images: readonly ImageUse[]
  readonly nvramPath: string | null
  readonly hasTpmState: boolean
}

export function machineFiles(domain: DomainXml): MachineFiles {
  return {
    uuid: domain.uuid ?? '',
    name: domain.name ?? '',
    images: domain.devices.disks.map(imageUse).filter((use) => use !== null),
    nvramPath: domain.os.nvram.path,
    hasTpmState: domain.devices.tpms.some((tpm) => tpm.backend === 'emulator'),
  }
}

type Disk = DomainXml['devices']['disks'][number]

function imageUse(disk: Disk): ImageUse | null {
  const { source } = disk
  const path = source.file ?? source.device ?? ''
  const kind = disk.type === 'volume' ? 'volume' : disk.type === 'block' ? 'device' : 'file'
  if (kind !== 'volume' && path === '') return null
  return {
    targetDev: disk.target.device ?? '',
    device: knownDevice(disk.device),
    readOnly: disk.isReadOnly,
    kind,
    path,
    pool: source.pool,
    volume: source.volume,
    backingPaths: disk.backingChain
      .map((image) => image.source.file ?? image.source.device)
      .filter((each) => each !== null),
  }
}

export function knownDevice(device: string | null): ImageUse['device'] {
  return device === 'cdrom' || device === 'floppy' || device === 'lun' ? device : 'disk'
}
