import type { OsDevice } from '@strata/contract/catalogue.ts'

import type { MediaRecord, OsRecord, ResourceRecord, Virtio } from './os-record.ts'

const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3

/** What the releases of a distribution have in common. */
export interface Product {
  readonly distro: string
  readonly family: string
  readonly vendor: string
  /** What a release's short id and name are made of: both go in front of its version. */
  readonly shortId: string
  readonly name: string
  /** A release's id in osinfo-db, up to its version. */
  readonly uri: string
  /** Whether a release takes after the one before it, or after nothing that is known here. */
  readonly takesAfter: 'previous' | 'nothing'
  readonly resources: readonly ResourceRecord[]
  readonly devices: OsRecord['devices']
  readonly drivers: readonly OsDevice[]
  readonly scripts: readonly string[]
  readonly media: readonly MediaRecord[]
  readonly cloudImageUser: string | null
}

function needs(
  minimum: { vcpus?: number; memoryMiB: number; diskGiB: number },
  recommended: { vcpus?: number; memoryMiB: number; diskGiB: number },
): ResourceRecord[] {
  const amounts = ({ vcpus = 1, memoryMiB, diskGiB }: { vcpus?: number; memoryMiB: number; diskGiB: number }) => ({
    vcpuCount: vcpus,
    memoryBytes: memoryMiB * mebibyte,
    diskBytes: diskGiB * gibibyte,
  })
  return [
    {
      architecture: 'all',
      inherits: false,
      minimum: amounts(minimum),
      recommended: amounts(recommended),
      networkInstall: null,
    },
  ]
}

const device = (name: OsDevice, virtio: Virtio = null) => ({ device: name, virtio, supported: true })

/** What the kernels of these years bring, whatever the distribution. */
const linuxDevices: OsRecord['devices'] = [
  ...(['virtio-net', 'virtio-blk', 'virtio-scsi', 'virtio-console', 'virtio-rng', 'virtio-balloon'] as const).flatMap(
    (name) => [device(name, 'legacy'), device(name, 'modern')],
  ),
  device('virtio-gpu', 'modern'),
  device('virtio-input', 'modern'),
  device('virtio-9p', 'modern'),
  device('virtio-fs', 'modern'),
  device('virtio-vsock', 'modern'),
  ...(['qxl', 'usb-tablet', 'qemu-xhci', 'q35', 'e1000e', 'ac97', 'ich6-hda', 'ich9-hda'] as const).map((name) =>
    device(name),
  ),
]
const freebsdDevices: OsRecord['devices'] = [
  ...(['virtio-net', 'virtio-blk', 'virtio-scsi', 'virtio-console', 'virtio-rng', 'virtio-balloon'] as const).flatMap(
    (name) => [device(name, 'legacy'), device(name, 'modern')],
  ),
  ...(['usb-tablet', 'qemu-xhci', 'q35', 'e1000', 'e1000e', 'ich9-hda'] as const).map((name) => device(name)),
]
const windowsDevices: OsRecord['devices'] = (['usb-tablet', 'qemu-xhci', 'q35', 'e1000e', 'ich9-hda'] as const).map(
  (name) => device(name),
)
const windowsDrivers: readonly OsDevice[] = [
  ...(['virtio-net', 'virtio-blk', 'virtio-scsi', 'virtio-console', 'virtio-rng', 'virtio-balloon'] as const),
  ...(['virtio-gpu', 'virtio-input', 'virtio-fs', 'virtio-vsock', 'qxl'] as const),
]

/** Paths in the ISO by architecture: kernel, then initial RAM disk. */
type BootPaths = Readonly<Record<string, readonly [string, string] | null>>

function media(paths: BootPaths, options: Partial<MediaRecord> = {}): MediaRecord[] {
  return Object.entries(paths).map(([architecture, files]) => ({
    architecture,
    variants: [],
    url: null,
    rule: null,
    kernelPath: files?.[0] ?? null,
    initrdPath: files?.[1] ?? null,
    isLive: false,
    isInstaller: true,
    takesScripts: true,
    scripts: [],
    installerReboots: 1,
    ...options,
  }))
}

/** All of them since 2008 have the same labels: a database without the newest would take its medium for an older one. */
const windowsServerRule = {
  volumeId: '^SSS_X64FREE?_',
  systemId: null,
  publisherId: 'MICROSOFT CORPORATION',
  applicationId: null,
  volumeSizeBytes: null,
}

const casper = ['casper/vmlinuz', 'casper/initrd'] as const
const pxeboot = ['images/pxeboot/vmlinuz', 'images/pxeboot/initrd.img'] as const

const rhelLike = {
  family: 'linux',
  takesAfter: 'nothing',
  resources: needs({ memoryMiB: 1536, diskGiB: 10 }, { vcpus: 2, memoryMiB: 4096, diskGiB: 20 }),
  devices: linuxDevices,
  drivers: [],
  scripts: ['http://redhat.com/rhel/kickstart/jeos'],
  media: media({ x86_64: pxeboot, aarch64: pxeboot }),
} as const

const linux = { family: 'linux', takesAfter: 'previous', devices: linuxDevices, drivers: [] } as const
const windows = {
  distro: 'win',
  family: 'winnt',
  vendor: 'Microsoft Corporation',
  uri: 'http://microsoft.com/win/',
  takesAfter: 'previous',
  devices: windowsDevices,
  drivers: windowsDrivers,
  scripts: ['http://microsoft.com/windows/unattend/jeos'],
  media: media({ x86_64: null }, { installerReboots: 2 }),
  cloudImageUser: null,
} as const

export const products = {
  debian: {
    ...linux,
    distro: 'debian',
    vendor: 'Debian Project',
    shortId: 'debian',
    name: 'Debian ',
    uri: 'http://debian.org/debian/',
    resources: needs({ memoryMiB: 1024, diskGiB: 10 }, { memoryMiB: 2048, diskGiB: 20 }),
    scripts: ['http://debian.org/debian/preseed/jeos'],
    media: [
      ...media({
        x86_64: ['install.amd/vmlinuz', 'install.amd/initrd.gz'],
        i686: ['install.386/vmlinuz', 'install.386/initrd.gz'],
        aarch64: ['install.a64/vmlinuz', 'install.a64/initrd.gz'],
      }),
      ...media({ x86_64: ['live/vmlinuz', 'live/initrd.img'] }, { isLive: true, takesScripts: false }),
    ],
    cloudImageUser: 'debian',
  },
  ubuntu: {
    ...linux,
    distro: 'ubuntu',
    vendor: 'Canonical Ltd',
    shortId: 'ubuntu',
    name: 'Ubuntu ',
    uri: 'http://ubuntu.com/ubuntu/',
    resources: needs({ memoryMiB: 2048, diskGiB: 10 }, { vcpus: 2, memoryMiB: 4096, diskGiB: 25 }),
    scripts: [],
    media: media({ x86_64: casper, aarch64: casper }, { isLive: true, takesScripts: false }),
    cloudImageUser: 'ubuntu',
  },
  fedora: {
    ...linux,
    distro: 'fedora',
    vendor: 'Fedora Project',
    shortId: 'fedora',
    name: 'Fedora Linux ',
    uri: 'http://fedoraproject.org/fedora/',
    resources: needs({ memoryMiB: 2048, diskGiB: 15 }, { vcpus: 2, memoryMiB: 4096, diskGiB: 20 }),
    scripts: ['http://fedoraproject.org/fedora/kickstart/jeos'],
    media: [
      ...media({ x86_64: pxeboot, aarch64: pxeboot }),
      ...media({ x86_64: pxeboot, aarch64: pxeboot }, { isLive: true, takesScripts: false }),
    ],
    cloudImageUser: 'fedora',
  },
  almalinux: {
    ...rhelLike,
    distro: 'almalinux',
    vendor: 'AlmaLinux OS Foundation',
    shortId: 'almalinux',
    name: 'AlmaLinux ',
    uri: 'http://almalinux.org/almalinux/',
    cloudImageUser: 'almalinux',
  },
  rocky: {
    ...rhelLike,
    distro: 'rocky',
    vendor: 'Rocky Enterprise Software Foundation',
    shortId: 'rocky',
    name: 'Rocky Linux ',
    uri: 'http://rockylinux.org/rocky/',
    cloudImageUser: 'rocky',
  },
  centosStream: {
    ...rhelLike,
    distro: 'centos',
    vendor: 'CentOS',
    shortId: 'centos-stream',
    name: 'CentOS Stream ',
    uri: 'http://centos.org/centos-stream/',
    cloudImageUser: 'cloud-user',
  },
  rhel: {
    ...rhelLike,
    takesAfter: 'previous',
    distro: 'rhel',
    vendor: 'Red Hat, Inc',
    shortId: 'rhel',
    name: 'Red Hat Enterprise Linux ',
    uri: 'http://redhat.com/rhel/',
    cloudImageUser: 'cloud-user',
  },
  opensuse: {
    ...linux,
    distro: 'opensuse',
    vendor: 'openSUSE',
    shortId: 'opensuse',
    name: 'openSUSE Leap ',
    uri: 'http://opensuse.org/opensuse/',
    resources: needs({ memoryMiB: 1024, diskGiB: 10 }, { vcpus: 2, memoryMiB: 4096, diskGiB: 25 }),
    scripts: ['http://opensuse.org/opensuse/autoyast/jeos'],
    media: media({
      x86_64: ['boot/x86_64/loader/linux', 'boot/x86_64/loader/initrd'],
      aarch64: ['boot/aarch64/linux', 'boot/aarch64/initrd'],
    }),
    cloudImageUser: null,
  },
  alpine: {
    ...linux,
    distro: 'alpinelinux',
    vendor: 'Alpine Linux Project',
    shortId: 'alpinelinux',
    name: 'Alpine Linux ',
    uri: 'http://alpinelinux.org/alpinelinux/',
    resources: needs({ memoryMiB: 128, diskGiB: 1 }, { memoryMiB: 768, diskGiB: 4 }),
    scripts: [],
    media: media({ x86_64: null, aarch64: null, i686: null }),
    cloudImageUser: 'alpine',
  },
  arch: {
    ...linux,
    distro: 'archlinux',
    vendor: 'Arch Linux',
    shortId: 'archlinux',
    name: 'Arch Linux',
    uri: 'http://archlinux.org/archlinux/',
    resources: needs({ memoryMiB: 512, diskGiB: 2 }, { memoryMiB: 2048, diskGiB: 20 }),
    scripts: [],
    media: media(
      { x86_64: ['arch/boot/x86_64/vmlinuz-linux', 'arch/boot/x86_64/initramfs-linux.img'] },
      { isLive: true },
    ),
    cloudImageUser: 'arch',
  },
  freebsd: {
    distro: 'freebsd',
    family: 'freebsd',
    vendor: 'FreeBSD Project',
    shortId: 'freebsd',
    name: 'FreeBSD ',
    uri: 'http://freebsd.org/freebsd/',
    takesAfter: 'previous',
    resources: needs({ memoryMiB: 512, diskGiB: 5 }, { memoryMiB: 2048, diskGiB: 20 }),
    devices: freebsdDevices,
    drivers: [],
    scripts: [],
    media: media({ x86_64: null, aarch64: null }),
    cloudImageUser: 'freebsd',
  },
  windows: {
    ...windows,
    shortId: 'win',
    name: 'Microsoft Windows ',
    resources: needs({ vcpus: 2, memoryMiB: 4096, diskGiB: 64 }, { vcpus: 2, memoryMiB: 8192, diskGiB: 80 }),
  },
  windowsServer: {
    ...windows,
    shortId: 'win2k',
    name: 'Microsoft Windows Server 20',
    uri: 'http://microsoft.com/win/2k',
    resources: needs({ memoryMiB: 2048, diskGiB: 32 }, { vcpus: 2, memoryMiB: 4096, diskGiB: 60 }),
    media: media({ x86_64: null }, { installerReboots: 2, rule: windowsServerRule }),
  },
} as const satisfies Readonly<Record<string, Product>>
