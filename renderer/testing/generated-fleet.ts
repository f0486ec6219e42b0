import type { Host } from '@strata/contract/hosts.ts'
import type { Machine, MachineState } from '@strata/contract/machines.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

/** A fleet made of a number, the same each time: for component tests and for looking at the screens. */
export interface GeneratedFleet {
  readonly hosts: readonly Host[]
  readonly machines: readonly Machine[]
  readonly networks: readonly Network[]
  readonly pools: readonly Pool[]
}

const NOW_MS = 1_795_000_000_000
const GIB_IN_KIB = 1024 ** 2
const GIB = 1024 ** 3

export const uuidOf = (kind: number, index: number): string =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`

export function generateHost(id: string, label: string, place: Host['address']['place'] = { kind: 'here' }): Host {
  return {
    id,
    label,
    uri: place.kind === 'here' ? 'qemu:///session' : `qemu+${place.kind}://${id}/system`,
    address: { driver: 'qemu', scope: place.kind === 'here' ? 'session' : 'system', place },
    isAdded: place.kind !== 'here',
    status: { state: 'connected', sinceMs: NOW_MS },
    facts: {
      hostname: `${id}.example`,
      hypervisor: 'QEMU',
      hypervisorVersion: '7.2.19',
      libvirtVersion: '9.0.0',
      architecture: 'x86_64',
      cpuModel: 'Intel Core i7-10700K',
      cpuCount: 16,
      cpuSockets: 1,
      cpuCoresPerSocket: 8,
      cpuThreadsPerCore: 2,
      memoryKiB: 32 * GIB_IN_KIB,
      kvm: { usable: true, reason: null },
    },
  }
}

export function unreachable(host: Host): Host {
  return {
    ...host,
    status: {
      state: 'unreachable',
      lastSeenMs: Date.now() - 190_000,
      retryAtMs: Date.now() + 8_000,
      problem: {
        code: 'host-unreachable',
        said: unkeyed(
          'libvirt’s daemon is not running on this computer, so its machines can be neither seen nor changed.',
        ),
        detail: 'connect ENOENT /run/libvirt/libvirt-sock',
        field: null,
        repairs: [
          {
            label: unkeyed('Start the daemon'),
            explanation: unkeyed('Starts libvirt’s daemon; the system asks for your password.'),
            command: 'sudo systemctl start libvirtd.socket',
            action: { kind: 'start-daemon', hostId: host.id },
          },
        ],
      },
    },
  }
}

const KINDS = ['web', 'db', 'build', 'kiosk', 'mail', 'git', 'cache', 'queue', 'router', 'staging-web', 'ci-runner']
const SYSTEMS = ['Debian 12', 'Ubuntu 22.04', 'Fedora 43', 'Windows 11', null]
const STATES: readonly MachineState[] = [
  'running',
  'running',
  'running',
  'running',
  'shut-off',
  'running',
  'paused',
  'running',
  'shut-off',
]
const ODD_NAMES = [
  'a-machine-whose-owner-thought-that-a-name-has-to-tell-everything-about-it-from-the-purpose-to-the-rack',
  'خادم-الويب-الرئيسي',
  'שרת גיבוי 7',
  '<b>not markup</b>',
]

export function generateMachine(hostId: string, index: number, hostNumber = 0): Machine {
  const kind = KINDS[index % KINDS.length] ?? 'web'
  const state = STATES[(index * 7 + 3) % STATES.length] ?? 'running'
  const odd = index % 61 === 17 ? ODD_NAMES[Math.floor(index / 61) % ODD_NAMES.length] : undefined
  const memoryKiB = 2 ** (index % 4) * GIB_IN_KIB
  const stopped = index % 97 === 13
  return {
    hostId,
    uuid: uuidOf(hostNumber + 1, index),
    name: odd ?? `${kind}-${String(Math.floor(index / KINDS.length) + 1).padStart(2, '0')}`,
    title: null,
    state: stopped ? 'paused' : state,
    stateReason: stopped ? 'io-error' : null,
    stateSinceMs: null,
    persistent: true,
    hasSavedState: false,
    autostart: index % 5 === 0,
    vcpuCount: 1 + (index % 4),
    memoryKiB,
    maxMemoryKiB: memoryKiB,
    accelerator: index % 11 === 4 ? 'emulation' : 'kvm',
    firmware: 'uefi',
    osName: SYSTEMS[index % SYSTEMS.length] ?? null,
    graphics: 'vnc',
    diskPaths: [`/var/lib/libvirt/images/${kind}-${index}.qcow2`],
    networkNames: ['default'],
    macAddresses: [
      `52:54:00:00:${Math.floor(index / 256)
        .toString(16)
        .padStart(2, '0')}:${(index % 256).toString(16).padStart(2, '0')}`,
    ],
    installation: null,
    setup: null,
    isTemplate: false,
    addresses:
      state === 'running'
        ? [`192.168.${122 + Math.floor(index / 200)}.${(index % 200) + 20}`, ...(index % 9 === 0 ? ['fd00::1:20'] : [])]
        : [],
    shutdownAskedAtMs: null,
    definitionRevision: 0,
    snapshotsRevision: 0,
  }
}

export function generateFleet(machineCount: number): GeneratedFleet {
  const hosts = [
    generateHost('local', 'This computer'),
    generateHost('rack-2', 'rack-2', { kind: 'ssh', user: null, host: 'rack-2', port: null }),
  ]
  const local = machineCount > 40 ? Math.floor(machineCount / 3) : machineCount
  return {
    hosts: machineCount > 40 ? hosts : hosts.slice(0, 1),
    machines: Array.from({ length: machineCount }, (_, index) =>
      index < local ? generateMachine('local', index) : generateMachine('rack-2', index, 1),
    ),
    networks: [
      {
        hostId: 'local',
        uuid: uuidOf(9, 1),
        name: 'default',
        active: true,
        autostart: true,
        forward: 'nat',
        bridge: 'virbr0',
        cidrs: ['192.168.122.1/24'],
      },
    ],
    pools: [
      {
        hostId: 'local',
        uuid: uuidOf(8, 1),
        name: 'default',
        type: 'dir',
        state: 'running',
        autostart: true,
        path: '/var/lib/libvirt/images',
        capacityBytes: 931 * GIB,
        allocationBytes: 519 * GIB,
        availableBytes: 412 * GIB,
        volumesRevision: 0,
      },
    ],
  }
}
