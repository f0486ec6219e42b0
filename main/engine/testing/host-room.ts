import { diskBuses, videoModels } from '@strata/contract/create.ts'

import type { MachineAbilities } from '../create/host-abilities.ts'
import type { HostRoom } from '../create/host-room.ts'

const gibKiB = 1024 ** 2

/** A PC with four threads and 16 GiB, 6 of them free, on which everything can be had; then what is different. */
export function roomWith(changes: Partial<HostRoom>, abilities: Partial<MachineAbilities> = {}): HostRoom {
  const able: MachineAbilities = {
    maxVcpus: 255,
    hasUefi: true,
    hasSecureBoot: true,
    hasTpm: true,
    videos: videoModels,
    diskBuses,
    cpuModels: ['qemu64', 'EPYC'],
    cpuModes: new Set(['host-passthrough', 'host-model', 'maximum', 'custom']),
    ...abilities,
  }
  const newer = { ...able, diskBuses: able.diskBuses.filter((bus) => bus !== 'ide') }
  return {
    hostId: 'local',
    hostLabel: 'This computer',
    scope: 'system',
    cpuCount: 4,
    memoryKiB: 16 * gibKiB,
    availableMemoryKiB: 6 * gibKiB,
    promisedMemoryKiB: 0,
    kvm: { usable: true, reason: null },
    abilities: { architecture: 'x86_64', machineTypes: ['q35', 'pc'], of: (type) => (type === 'pc' ? able : newer) },
    ...changes,
  }
}
