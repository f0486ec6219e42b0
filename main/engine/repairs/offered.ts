import type { Machine } from '@strata/contract/machines.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import type { Pool } from '@strata/contract/storage.ts'

/** A word for a shell: names of machines and networks may hold spaces and quotes. */
const quoted = (word: string) => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** The repairs that the engine can offer, each worded once. */
export const repairs = {
  startNetwork: (hostId: string, network: Pick<Network, 'uuid' | 'name'>): Repair => ({
    label: `Start network “${network.name}”`,
    explanation: 'Starts the network now and each time the host starts.',
    command: `virsh net-start ${quoted(network.name)} && virsh net-autostart ${quoted(network.name)}`,
    action: { kind: 'start-network', hostId, networkUuid: network.uuid },
  }),
  startPool: (hostId: string, pool: Pick<Pool, 'uuid' | 'name'>): Repair => ({
    label: `Start pool “${pool.name}”`,
    explanation: 'Starts the storage pool now and each time the host starts.',
    command: `virsh pool-start ${quoted(pool.name)} && virsh pool-autostart ${quoted(pool.name)}`,
    action: { kind: 'start-pool', hostId, poolUuid: pool.uuid },
  }),
  makeDefaultPool: (hostId: string, folder: string): Repair => ({
    label: 'Make the default pool',
    explanation: `Makes a storage pool in ${folder}, starts it, and sets it to start with the host.`,
    command: `virsh pool-define-as default dir --target ${quoted(folder)} && virsh pool-build default && virsh pool-start default && virsh pool-autostart default`,
    action: { kind: 'make-default-pool', hostId },
  }),
  forceOff: (machine: Pick<Machine, 'hostId' | 'uuid' | 'name'>): Repair => ({
    label: 'Force off',
    explanation: `Cuts the power of “${machine.name}”. What its system has not written to its disks is lost.`,
    command: `virsh destroy ${quoted(machine.name)}`,
    action: { kind: 'force-off', hostId: machine.hostId, uuid: machine.uuid },
  }),
  ejectMedia: (machine: Pick<Machine, 'hostId' | 'uuid' | 'name'>, targetDev: string): Repair => ({
    label: 'Eject the missing medium',
    explanation: `Leaves drive ${targetDev} of “${machine.name}” empty.`,
    command: `virsh change-media ${quoted(machine.name)} ${quoted(targetDev)} --eject --config`,
    action: { kind: 'eject-media', hostId: machine.hostId, uuid: machine.uuid, targetDev },
  }),
  /** Only the user can do it. */
  byHand: (label: string, explanation: string, command: string): Repair => ({
    label,
    explanation,
    command,
    action: null,
  }),
}
