import { almaImages, debianImages, fedoraImages, imagesAt, ubuntuImages } from './later-images.ts'
import { products, type Product } from './later-products.ts'
import type { ImageRecord, OsRecord } from './os-record.ts'

interface Release {
  readonly version: string
  readonly codename?: string
  /** Days; null: not known, or without end. */
  readonly on: string | null
  readonly ends: string | null
  /** What it takes after and replaces, where a database knows that. */
  readonly after: string | null
  readonly isRolling?: boolean
  readonly aliases?: readonly string[]
  readonly name?: string
  readonly images?: readonly ImageRecord[]
}

/** Releases that came, or got a new medium, after the databases that distributions carry. Dates as their makers give them. */
export function laterReleases(): OsRecord[] {
  return [
    ...debian.map((release) => recordOf(products.debian, release)),
    ...ubuntu.map((release) => recordOf(products.ubuntu, release)),
    ...fedora.map((release) => recordOf(products.fedora, release)),
    ...almalinux.map((release) => recordOf(products.almalinux, release)),
    ...rocky.map((release) => recordOf(products.rocky, release)),
    ...centosStream.map((release) => recordOf(products.centosStream, release)),
    ...rhel.map((release) => recordOf(products.rhel, release)),
    ...opensuse.map((release) => recordOf(products.opensuse, release)),
    { ...recordOf(products.opensuse, leap16), scripts: [] }, // its new installer does not read AutoYaST's profiles
    ...alpine.map((release) => recordOf(products.alpine, release)),
    ...freebsd.map((release) => recordOf(products.freebsd, release)),
    recordOf(products.arch, archLinux),
    recordOf(products.windows, windows11),
    ...windowsServer.map((release) => recordOf(products.windowsServer, release)),
  ]
}

const debian: readonly Release[] = [
  {
    version: '12',
    codename: 'bookworm',
    on: '2023-06-10',
    ends: '2028-06-30',
    after: '11',
    images: debianImages('12', 'bookworm'),
  },
  {
    version: '13',
    codename: 'trixie',
    on: '2025-08-09',
    ends: '2030-06-30',
    after: '12',
    images: debianImages('13', 'trixie'),
  },
]

const ubuntu: readonly Release[] = [
  {
    version: '22.04',
    name: 'Ubuntu 22.04 LTS',
    codename: 'Jammy Jellyfish',
    aliases: ['ubuntujammy'],
    on: '2022-04-21',
    ends: '2027-06-01',
    after: '21.10',
    images: ubuntuImages('jammy'),
  },
  {
    version: '23.04',
    codename: 'Lunar Lobster',
    aliases: ['ubuntulunar'],
    on: '2023-04-20',
    ends: '2024-01-25',
    after: '22.10',
  },
  {
    version: '23.10',
    codename: 'Mantic Minotaur',
    aliases: ['ubuntumantic'],
    on: '2023-10-12',
    ends: '2024-07-11',
    after: '23.04',
  },
  {
    version: '24.04',
    name: 'Ubuntu 24.04 LTS',
    codename: 'Noble Numbat',
    aliases: ['ubuntunoble'],
    on: '2024-04-25',
    ends: '2029-05-31',
    after: '23.10',
    images: ubuntuImages('noble'),
  },
  {
    version: '24.10',
    codename: 'Oracular Oriole',
    aliases: ['ubuntuoracular'],
    on: '2024-10-10',
    ends: '2025-07-10',
    after: '24.04',
  },
  {
    version: '25.04',
    codename: 'Plucky Puffin',
    aliases: ['ubuntuplucky'],
    on: '2025-04-17',
    ends: '2026-01-15',
    after: '24.10',
  },
  {
    version: '25.10',
    codename: 'Questing Quokka',
    aliases: ['ubuntuquesting'],
    on: '2025-10-09',
    ends: '2026-07-09',
    after: '25.04',
  },
  {
    version: '26.04',
    name: 'Ubuntu 26.04 LTS',
    codename: 'Resolute Raccoon',
    aliases: ['ubunturesolute'],
    on: '2026-04-23',
    ends: '2031-05-29',
    after: '25.10',
    images: ubuntuImages('resolute'),
  },
]

const fedora: readonly Release[] = [
  { version: '38', on: '2023-04-18', ends: '2024-05-21', after: '37' },
  { version: '39', on: '2023-11-07', ends: '2024-11-26', after: '38' },
  { version: '40', on: '2024-04-23', ends: '2025-05-13', after: '39' },
  { version: '41', on: '2024-10-29', ends: '2025-12-15', after: '40' },
  { version: '42', on: '2025-04-15', ends: '2026-05-27', after: '41', images: fedoraImages('42', '1.1') },
  { version: '43', on: '2025-10-28', ends: '2026-12-09', after: '42', images: fedoraImages('43', '1.6') },
  { version: '44', on: '2026-04-28', ends: '2027-06-02', after: '43', images: fedoraImages('44', '1.7') },
]

const almalinux: readonly Release[] = [
  { version: '9', on: '2022-05-26', ends: '2032-05-31', after: null, images: almaImages('9') },
  {
    version: '10',
    codename: 'Purple Lion',
    on: '2025-05-27',
    ends: '2035-05-31',
    after: '9',
    images: almaImages('10'),
  },
]

const rocky: readonly Release[] = [
  {
    version: '9',
    on: '2022-07-14',
    ends: '2032-05-31',
    after: null,
    images: imagesAt('https://dl.rockylinux.org/pub/rocky/9/images/{arch}/Rocky-9-GenericCloud.latest.{arch}.qcow2'),
  },
  {
    version: '10',
    codename: 'Red Quartz',
    on: '2025-06-11',
    ends: '2035-05-31',
    after: '9',
    images: imagesAt(
      'https://dl.rockylinux.org/pub/rocky/10/images/{arch}/Rocky-10-GenericCloud-Base.latest.{arch}.qcow2',
    ),
  },
]

const centosStream: readonly Release[] = [
  {
    version: '9',
    on: '2021-12-03',
    ends: '2027-05-31',
    after: null,
    images: imagesAt(
      'https://cloud.centos.org/centos/9-stream/{arch}/images/CentOS-Stream-GenericCloud-9-latest.{arch}.qcow2',
    ),
  },
  {
    version: '10',
    codename: 'Coughlan',
    on: '2024-12-12',
    ends: '2030-01-01',
    after: '9',
    images: imagesAt(
      'https://cloud.centos.org/centos/10-stream/{arch}/images/CentOS-Stream-GenericCloud-10-latest.{arch}.qcow2',
    ),
  },
]

const rhel: readonly Release[] = [
  ...['9.2 2023-05-10', '9.3 2023-11-07', '9.4 2024-04-30', '9.5 2024-11-12', '9.6 2025-05-20', '9.7 2025-11-12'],
  ...['10.0 2025-05-20', '10.1 2025-11-12'],
].map((words) => {
  const [version = '', on = null] = words.split(' ')
  return { version, on, ends: version.startsWith('9') ? '2032-05-31' : '2035-05-31', after: null }
})

const opensuse: readonly Release[] = [
  { version: '15.5', on: '2023-06-07', ends: '2024-12-31', after: '15.4' },
  {
    version: '15.6',
    on: '2024-06-12',
    ends: '2026-04-30',
    after: '15.5',
    images: imagesAt(
      'https://download.opensuse.org/repositories/Cloud:/Images:/Leap_15.6/images/openSUSE-Leap-15.6.{arch}-NoCloud.qcow2',
    ),
  },
]
const leap16: Release = {
  version: '16.0',
  on: '2025-10-01',
  ends: '2027-10-31',
  after: '15.6',
  images: imagesAt(
    'https://download.opensuse.org/distribution/leap/16.0/appliances/Leap-16.0-Minimal-VM.{arch}-Cloud.qcow2',
  ),
}

const alpine: readonly Release[] = [
  { version: '3.18', on: '2023-05-09', ends: '2025-05-09', after: '3.17' },
  { version: '3.19', on: '2023-12-07', ends: '2025-11-01', after: '3.18' },
  { version: '3.20', on: '2024-05-22', ends: '2026-04-01', after: '3.19' },
  { version: '3.21', on: '2024-12-05', ends: '2026-11-01', after: '3.20' },
  { version: '3.22', on: '2025-05-30', ends: '2027-05-01', after: '3.21' },
  { version: '3.23', on: '2025-12-03', ends: '2027-11-01', after: '3.22' },
]

const freebsd: readonly Release[] = [
  { version: '13.2', on: '2023-04-11', ends: '2024-06-30', after: '13.1' },
  { version: '13.3', on: '2024-03-05', ends: '2024-12-31', after: '13.2' },
  { version: '13.4', on: '2024-09-17', ends: '2025-06-30', after: '13.3' },
  { version: '13.5', on: '2025-03-11', ends: '2026-04-30', after: '13.4' },
  { version: '14.0', on: '2023-11-20', ends: '2024-09-30', after: '13.2' },
  { version: '14.1', on: '2024-06-04', ends: '2025-03-31', after: '14.0' },
  { version: '14.2', on: '2024-12-03', ends: '2025-09-30', after: '14.1' },
  { version: '14.3', on: '2025-06-10', ends: '2026-06-30', after: '14.2' },
  { version: '15.0', on: '2025-12-02', ends: '2026-09-30', after: '14.3' },
]

const archLinux: Release = {
  version: 'rolling',
  name: 'Arch Linux',
  on: null,
  ends: null,
  after: null,
  isRolling: true,
}
const windows11: Release = { version: '11', on: '2021-10-05', ends: null, after: '10' }
const windowsServer: readonly Release[] = [
  { version: '22', on: '2021-08-18', ends: '2031-10-14', after: '19' },
  { version: '25', on: '2024-11-01', ends: '2034-10-10', after: '22' },
]

function recordOf(product: Product, release: Release): OsRecord {
  const { version, on, ends, isRolling = false } = release
  const before = release.after === null ? [] : [product.uri + release.after]
  const { resources, devices, drivers, scripts, media, cloudImageUser, family, distro, vendor } = product
  const codenames = release.codename === undefined ? [] : [product.shortId + release.codename.toLowerCase()]
  return {
    ...{ family, distro, vendor, resources, devices, drivers, scripts, media, cloudImageUser },
    uri: product.uri + version,
    source: 'strata',
    shortIds: [
      isRolling ? product.shortId : product.shortId + version,
      ...(release.aliases ?? codenames.filter((name) => /^[a-z]+$/.test(name))),
    ],
    name: release.name ?? product.name + version,
    version: isRolling ? null : version,
    codename: release.codename ?? null,
    status: isRolling ? 'rolling' : 'released',
    releasedOn: on,
    endsOn: ends,
    derivesFrom: product.takesAfter === 'previous' ? before : [],
    clones: [],
    upgrades: before,
    variants: [],
    firmware: product.distro === 'win' && version === '11' ? windows11Firmware : [],
    trees: [],
    images: release.images ?? [],
  }
}

const windows11Firmware: OsRecord['firmware'] = [
  { architecture: 'x86_64', type: 'efi', supported: true },
  { architecture: 'x86_64', type: 'bios', supported: false },
]
