import type { OsSummary } from '@strata/contract/catalogue.ts'
import type { FoundMedia, PastState } from '@strata/contract/create.ts'
import type { CloudImage } from '@strata/contract/images.ts'
import type { DefinitionReport } from '@strata/contract/imports.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { uuidOf } from './generated-fleet.ts'

const GIB = 1024 ** 3
const MIB = 1024 ** 2

/** What a computer has to make machines from, for tests of that page and for looking at it. */
export interface CreationOffers {
  readonly images: readonly CloudImage[]
  readonly media: readonly FoundMedia[]
  readonly systems: readonly OsSummary[]
  readonly pastStates: readonly PastState[]
}

const image = (osId: string, name: string, version: string, rest: Partial<CloudImage> = {}): CloudImage => ({
  imageId: `${osId}-amd64`,
  osId,
  name,
  version,
  architecture: 'x86_64',
  downloadBytes: 420 * MIB,
  capacityBytes: 2 * GIB,
  defaultUser: name.toLowerCase(),
  needsSetup: true,
  firmware: 'any',
  verifiedBy: 'checksum',
  state: 'remote',
  arrivedBytes: 0,
  usedBy: [],
  poolUuid: null,
  ...rest,
})

const medium = (fileName: string, rest: Partial<FoundMedia> = {}): FoundMedia => ({
  source: { kind: 'file', path: `/home/ada/Downloads/${fileName}`, use: 'in-place' },
  fileName,
  place: 'Downloads',
  sizeBytes: 1.4 * GIB,
  content: 'iso',
  volumeLabel: null,
  bootable: true,
  os: null,
  answers: null,
  format: null,
  capacityBytes: null,
  ...rest,
})

const system = (
  osId: string,
  name: string,
  letters: string,
  hue: OsSummary['glyph']['hue'],
  rest: Partial<OsSummary> = {},
): OsSummary => ({
  osId,
  name,
  version: null,
  distro: name.split(' ')[0]?.toLowerCase() ?? null,
  family: 'linux',
  vendor: null,
  releasedAtMs: null,
  endOfLifeAtMs: null,
  support: 'supported',
  glyph: { letters, hue },
  scriptKinds: [],
  hasCloudImage: true,
  ...rest,
})

const pastState = (index: number, machineName: string, name: string, rest: Partial<PastState> = {}): PastState => ({
  uuid: uuidOf(1, index),
  machineName,
  name,
  takenAtMs: Date.UTC(2026, 0, index, 9, 30),
  holds: 'disks',
  hasPicture: false,
  blocked: null,
  ...rest,
})

export const creationOffers: CreationOffers = {
  images: [
    image('debian12', 'Debian', '12', {
      state: 'here',
      poolUuid: uuidOf(8, 1),
      downloadBytes: 330 * MIB,
      usedBy: ['build-agent', 'web-server'],
      verifiedBy: 'signature',
    }),
    image('ubuntu24.04', 'Ubuntu', '24.04 LTS', { downloadBytes: 590 * MIB, verifiedBy: 'signature' }),
    image('fedora43', 'Fedora', '43', { state: 'partly-here', downloadBytes: 540 * MIB, arrivedBytes: 135 * MIB }),
    image('ubuntu22.04', 'Ubuntu', '22.04 LTS', { downloadBytes: 640 * MIB }),
    image('opensuse15.6', 'openSUSE Leap', '15.6', { downloadBytes: null }),
    image('almalinux9', 'AlmaLinux', '9', { downloadBytes: 480 * MIB }),
    image('cirros0.6.2', 'CirrOS', '0.6.2', { downloadBytes: 20 * MIB, verifiedBy: 'nothing' }),
    image('freebsd14.2', 'FreeBSD', '14.2', { needsSetup: false, downloadBytes: 700 * MIB }),
  ],
  media: [
    medium('ubuntu-22.04-server.iso', {
      volumeLabel: 'Ubuntu-Server 22.04 LTS',
      os: { osId: 'ubuntu22.04', name: 'Ubuntu 22.04 LTS', guessed: false },
      answers: 'autoinstall',
    }),
    medium('debian-12.5.0-amd64-netinst.iso', {
      sizeBytes: 630 * MIB,
      volumeLabel: 'Debian 12.5.0 amd64 n',
      os: { osId: 'debian12', name: 'Debian 12', guessed: false },
      answers: 'preseed',
    }),
    medium('virtio-win.iso', {
      source: { kind: 'volume', poolUuid: uuidOf(8, 1), name: 'virtio-win.iso' },
      place: 'pool default',
      volumeLabel: 'virtio-win-0.1.240',
      bootable: false,
    }),
    medium('a-medium-whose-makers-thought-that-a-name-has-to-tell-the-build-the-date-and-the-flavour.iso'),
    medium('old-server.vmdk', { content: 'disk-image', format: 'vmdk', capacityBytes: 40 * GIB, sizeBytes: 6 * GIB }),
    medium('wiki-appliance.ova', { content: 'appliance', sizeBytes: 2.2 * GIB }),
  ],
  pastStates: [
    pastState(3, 'web-01', 'nginx works', { hasPicture: true, holds: 'disks-and-memory' }),
    pastState(5, 'database', 'Before the upgrade'),
    pastState(9, 'old-files', 'A point of another program', {
      blocked: unkeyed('The file of disk vda is not there any more: /srv/images/old-files.base'),
    }),
  ],
  systems: [
    system('debian12', 'Debian 12', 'D', 'rust'),
    system('ubuntu24.04', 'Ubuntu 24.04 LTS', 'U', 'ochre'),
    system('ubuntu22.04', 'Ubuntu 22.04 LTS', 'U', 'ochre'),
    system('fedora43', 'Fedora 43', 'F', 'blue'),
    system('almalinux9', 'AlmaLinux 9', 'A', 'green'),
    system('opensuse15.6', 'openSUSE Leap 15.6', 'oS', 'green'),
    system('freebsd14.2', 'FreeBSD 14.2', 'fB', 'rust', { family: 'freebsd', hasCloudImage: false }),
    system('win11', 'Windows 11', 'W', 'slate', { family: 'winnt', hasCloudImage: false }),
  ],
}

export const nothingToOffer: CreationOffers = { images: [], media: [], pastStates: [], systems: creationOffers.systems }

/** What the comparison of a definition from elsewhere finds; a text without a machine in it is none. */
export const definitionReport = (xml: string): DefinitionReport =>
  xml.includes('<domain')
    ? {
        name: 'old-web',
        xml,
        vcpuCount: 2,
        memoryKiB: 2 * 1024 ** 2,
        clashes: [
          {
            kind: 'name-taken',
            sentence: unkeyed('A machine called “web” is here already.'),
            mended: unkeyed('It is called “old-web” instead.'),
            blocks: false,
          },
          {
            kind: 'mac-taken',
            sentence: unkeyed('The card’s address 52:54:00:12:34:56 belongs to “web”.'),
            mended: unkeyed('It gets an address of its own.'),
            blocks: false,
          },
          ...(xml.includes('/gone.qcow2')
            ? [
                {
                  kind: 'file-missing' as const,
                  sentence: unkeyed('The disk /var/lib/libvirt/images/gone.qcow2 is not here.'),
                  mended: null,
                  blocks: true,
                },
              ]
            : []),
        ],
        reaches: [...xml.matchAll(/<source path='([^']*)'/g)].map(([text, path = '']) => ({
          id: `writes ${path}`,
          kind: 'writes',
          line: xml.slice(0, xml.indexOf(text)).split('\n').length,
          text: `${text}/>`,
          sentence: unkeyed(`The machine may write to ${path} on this computer.`),
        })),
        problems: [],
      }
    : {
        name: '',
        xml,
        vcpuCount: null,
        memoryKiB: null,
        clashes: [],
        reaches: [],
        problems: [{ message: unkeyed('This is no machine: it does not begin with <domain>.'), line: 1, column: 1 }],
      }
