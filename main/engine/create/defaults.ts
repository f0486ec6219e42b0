import { readdir } from 'node:fs/promises'

import type { CreationDefaults, NetworkSource } from '@strata/contract/create.ts'
import type { Pool } from '@strata/contract/storage.ts'

import { byteText } from '../byte-text.ts'
import type { Host } from '../hosts/host.ts'
import { defaultPoolFolder, makeDefaultPool } from '../storage/default-pool.ts'
import { fittingMemoryKiB } from './check-hardware.ts'
import { hostRoom } from './check.ts'
import { holdsFiles } from './check-place.ts'
import { freeName } from './free-name.ts'
import { systemCodeOf } from '../strata-error.ts'

const gibBytes = 1024 ** 3
const usualMemoryKiB = 2 * 1024 ** 2
const usualVcpus = 2
const usualDiskBytes = 20 * gibBytes

/** Values with which a machine can be made as they are, each with its reason. */
export async function creationDefaults(host: Host, homeDir: string): Promise<CreationDefaults> {
  const kvm = await host.kvm()
  const accelerator = kvm.usable ? 'kvm' : 'emulation'
  const [room, pool, networks] = await Promise.all([
    hostRoom(host, accelerator),
    defaultPool(host, homeDir),
    networkChoices(host),
  ])
  const names = new Set(host.inventory.machines().map(({ name }) => name))
  const memoryKiB = fittingMemoryKiB(Math.floor(room.availableMemoryKiB / 2), usualMemoryKiB)
  return {
    name: { value: freeName('new-machine', (name) => names.has(name)), reason: 'A name that no machine here has.' },
    vcpuCount: {
      value: Math.min(usualVcpus, room.cpuCount),
      reason: `Enough for most systems; the host has ${room.cpuCount} threads.`,
    },
    memoryKiB: {
      value: memoryKiB,
      reason: `${memoryKiB === usualMemoryKiB ? 'Enough for most systems' : 'Half of what is free'}; ${byteText(room.availableMemoryKiB * 1024)} are free now.`,
    },
    diskBytes: diskSize(pool.pool),
    poolUuid: { value: pool.pool?.uuid ?? null, reason: pool.reason },
    network: defaultNetwork(host),
    firmware: {
      value: 'bios',
      reason: 'Everything boots on it, and restore points can be taken while the machine runs.',
    },
    accelerator: {
      value: accelerator,
      reason: kvm.usable
        ? 'Guests run on the processor itself.'
        : `${kvm.reason ?? 'KVM does not run guests here.'} Emulation is slow, but works everywhere.`,
    },
    ...furtherProposals(accelerator),
    limits: {
      vcpuCount: room.maxVcpus ?? room.cpuCount,
      memoryKiB: room.memoryKiB,
      freeMemoryKiB: Math.floor(room.availableMemoryKiB),
    },
    networks,
    choices: {
      firmwares: (['bios', 'uefi'] as const).map((value) => ({ value, reason: null })),
      machineTypes: ['q35'],
      cpuModels: [],
      videos: ['vga'],
      diskBuses: ['virtio'],
      tpm: null,
      setup: null,
    },
    profiles: [],
  }
}

function diskSize(pool: Pool | null): CreationDefaults['diskBytes'] {
  if (pool === null) return { value: usualDiskBytes, reason: 'Enough for most systems. It grows only as it is filled.' }
  const fitting = Math.max(1, Math.floor((pool.availableBytes * 0.9) / gibBytes)) * gibBytes
  return {
    value: Math.min(usualDiskBytes, fitting),
    reason: `It grows only as it is filled; ${byteText(pool.availableBytes)} are free in “${pool.name}”.`,
  }
}

/** A user's daemon has no pool at first: it gets one, as nothing could be made without. The system's is asked for. */
async function defaultPool(host: Host, homeDir: string): Promise<{ pool: Pool | null; reason: string }> {
  const usable = () =>
    host.inventory.pools().filter((pool) => holdsFiles(pool) && (pool.state === 'running' || pool.state === 'degraded'))
  const known = bestPool(usable())
  if (known !== null) return { pool: known, reason: `${byteText(known.availableBytes)} are free there.` }
  if (host.kind !== 'session' || host.inventory.pools().length > 0)
    return { pool: null, reason: 'There is no active pool yet that can hold images.' }
  const folder = defaultPoolFolder(host, homeDir, process.env)
  const uuid = await makeDefaultPool(host, folder)
  return { pool: host.inventory.pool(uuid), reason: `There was no pool yet, so Strata made one in ${folder}.` }
}

/** libvirt's own default, else the one with the most room. */
function bestPool(pools: readonly Pool[]): Pool | null {
  const byRoom = [...pools].sort((one, other) => other.availableBytes - one.availableBytes)
  return byRoom.find(({ name }) => name === 'default') ?? byRoom[0] ?? null
}

function defaultNetwork(host: Host): CreationDefaults['network'] {
  const networks = host.inventory.networks()
  const active = networks.filter((network) => network.active)
  const chosen =
    active.find(({ name }) => name === 'default') ?? active[0] ?? networks.find(({ name }) => name === 'default')
  if (host.kind === 'session' || chosen === undefined) {
    return {
      value: { kind: 'user' },
      reason: 'Works without any rights: the machine reaches the internet, and nobody reaches it.',
    }
  }
  return {
    value: { kind: 'network', networkName: chosen.name },
    reason: 'The machine reaches the internet, and this computer reaches the machine.',
  }
}

const forwardWords: Readonly<Record<string, string>> = {
  nat: 'The machine reaches the internet through the host. The host and other machines on this network reach it.',
  route: 'The host passes the traffic on. Who can reach the machine depends on the routes of your network.',
  open: 'The host passes the traffic on without any rules of its own.',
  isolated: 'Only the host and other machines on this network are reached.',
  bridge: "The machine is a part of the host's own network, like a computer that is plugged in there.",
}

async function networkChoices(host: Host): Promise<CreationDefaults['networks']> {
  const networks = host.inventory.networks()
  const ownBridges = new Set(networks.map(({ bridge }) => bridge))
  const bridges =
    host.isLocal && host.kind === 'system' ? (await hostBridges()).filter((name) => !ownBridges.has(name)) : []
  const choice = (label: string, explanation: string, source: NetworkSource) => ({ label, explanation, source })
  return [
    ...networks.map(({ name, forward, active }) =>
      choice(`Network “${name}”${active ? '' : ' (not active)'}`, forwardWords[forward] ?? 'A network of the host.', {
        kind: 'network',
        networkName: name,
      }),
    ),
    ...bridges.map((bridgeName) =>
      choice(`Bridge ${bridgeName}`, forwardWords['bridge'] ?? '', { kind: 'bridge', bridgeName }),
    ),
    choice('User network', 'The machine reaches the internet through this program. Nobody reaches the machine.', {
      kind: 'user',
    }),
    choice('No network', 'The machine has no network card.', { kind: 'none' }),
  ]
}

/** Bridges that somebody set up on this computer; the kernel marks them by a folder of that name. */
async function hostBridges(): Promise<string[]> {
  const classFolder = '/sys/class/net'
  try {
    const names = await readdir(classFolder)
    const marks = await Promise.all(
      names.map((name) =>
        readdir(`${classFolder}/${name}/bridge`).then(
          () => true,
          () => false,
        ),
      ),
    )
    return names.filter((_, index) => marks[index])
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return [] // not Linux
  }
}

/** What the page does not offer yet. */
function furtherProposals(
  accelerator: 'kvm' | 'emulation',
): Omit<
  CreationDefaults,
  | 'name'
  | 'vcpuCount'
  | 'memoryKiB'
  | 'diskBytes'
  | 'poolUuid'
  | 'network'
  | 'firmware'
  | 'accelerator'
  | 'limits'
  | 'networks'
  | 'choices'
  | 'profiles'
> {
  return {
    osId: { value: null, reason: '' },
    setup: { value: null, reason: '' },
    topology: { value: null, reason: '' },
    cpu: { value: { mode: accelerator === 'kvm' ? 'host-passthrough' : 'maximum' }, reason: '' },
    maxMemoryKiB: { value: null, reason: '' },
    disk: { value: { bus: 'virtio', cache: 'default', allocation: 'thin' }, reason: '' },
    moreDisks: { value: [], reason: '' },
    nicModel: { value: 'virtio', reason: '' },
    moreNics: { value: [], reason: '' },
    tpm: { value: false, reason: '' },
    machineType: { value: 'q35', reason: '' },
    video: { value: 'vga', reason: '' },
    sound: { value: 'none', reason: '' },
    agentChannel: { value: true, reason: '' },
    rng: { value: true, reason: '' },
    driversMedia: { value: null, reason: '' },
    bootOrder: { value: ['disk', 'cdrom'], reason: '' },
    autostart: { value: false, reason: '' },
    startsNow: { value: true, reason: '' },
  }
}
