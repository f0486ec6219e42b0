import type { CreationDefaults, MachineSource, NewMachine } from '@strata/contract/create.ts'

/** The hardware of a small emulated machine, for tests that write a definition themselves. */
export const plainHardware = {
  osId: null,
  vcpuCount: 1,
  topology: null,
  cpu: { mode: 'maximum' },
  memoryKiB: 64 * 1024,
  maxMemoryKiB: null,
  disk: { bus: 'virtio', cache: 'default', allocation: 'thin' },
  network: { kind: 'none' },
  nicModel: 'virtio',
  moreNics: [],
  firmware: 'bios',
  tpm: false,
  machineType: 'q35',
  accelerator: 'emulation',
  video: 'vga',
  sound: 'none',
  agentChannel: true,
  rng: true,
  driversMedia: null,
  bootOrder: ['disk', 'cdrom'],
  autostart: false,
  startsNow: true,
} satisfies Omit<NewMachine, 'hostId' | 'name' | 'source' | 'setup' | 'poolUuid' | 'diskBytes' | 'moreDisks'>

/** An order that takes every proposal over, as somebody does who only presses Create. */
export function proposedMachine(hostId: string, source: MachineSource, defaults: CreationDefaults): NewMachine {
  const { limits: _limits, networks: _networks, choices: _choices, profiles: _profiles, ...known } = defaults
  const { profile: _profile, poolUuid, ...rest } = known
  const values = Object.fromEntries(Object.entries(rest).map(([field, { value }]) => [field, value]))
  return {
    ...(values as Omit<NewMachine, 'hostId' | 'source' | 'poolUuid'>),
    hostId,
    source,
    poolUuid: poolUuid.value,
  }
}
