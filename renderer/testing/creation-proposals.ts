import type { CreationDefaults } from '@strata/contract/create.ts'

const usual = 'as usual'

/** What an engine proposes on a host with room for everything; tests change what they are about. */
export const creationProposals: CreationDefaults = {
  name: { value: 'machine-1', reason: 'the next free name' },
  osId: { value: null, reason: 'nothing is chosen yet' },
  setup: { value: null, reason: 'nothing is set up inside' },
  vcpuCount: { value: 2, reason: 'half of four' },
  topology: { value: null, reason: usual },
  cpu: { value: { mode: 'maximum' }, reason: usual },
  memoryKiB: { value: 2 * 1024 ** 2, reason: 'a quarter' },
  maxMemoryKiB: { value: null, reason: usual },
  poolUuid: { value: '11111111-2222-3333-4444-555555555555', reason: 'the only one' },
  diskBytes: { value: 20 * 1024 ** 3, reason: 'thin' },
  disk: { value: { bus: 'virtio', cache: 'default', allocation: 'thin' }, reason: usual },
  moreDisks: { value: [], reason: usual },
  network: { value: { kind: 'user' }, reason: 'session' },
  nicModel: { value: 'virtio', reason: usual },
  moreNics: { value: [], reason: usual },
  firmware: { value: 'bios', reason: 'restore points work' },
  tpm: { value: false, reason: usual },
  machineType: { value: 'q35', reason: usual },
  accelerator: { value: 'emulation', reason: 'no KVM' },
  video: { value: 'vga', reason: usual },
  sound: { value: 'none', reason: usual },
  agentChannel: { value: true, reason: usual },
  rng: { value: true, reason: usual },
  driversMedia: { value: null, reason: usual },
  bootOrder: { value: ['disk', 'cdrom'], reason: usual },
  autostart: { value: false, reason: usual },
  startsNow: { value: true, reason: usual },
  limits: { vcpuCount: 16, memoryKiB: 32 * 1024 ** 2, freeMemoryKiB: 8 * 1024 ** 2 },
  networks: [],
  choices: {
    firmwares: [
      { value: 'bios', reason: null },
      { value: 'uefi', reason: null },
    ],
    machineTypes: ['q35', 'pc'],
    cpuModels: ['EPYC', 'qemu64'],
    videos: ['virtio', 'vga'],
    diskBuses: ['virtio', 'scsi', 'sata', 'usb'],
    tpm: null,
    setup: null,
  },
  profiles: [],
}
