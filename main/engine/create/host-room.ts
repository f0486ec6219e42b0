import type { HostFacts } from '@strata/contract/hosts.ts'
import type { NewMachine } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Connection } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { realScope } from '../hosts/place/host-address.ts'
import { nullIfRefused } from '../null-if-refused.ts'
import { StrataError } from '../strata-error.ts'
import { readAbilities, type HostAbilities } from './host-abilities.ts'

/** What the host has for new machines, with one way of running them. */
export interface HostRoom {
  readonly hostId: string
  readonly hostLabel: string
  /** Whose daemon it is; null: its machines are only acted. */
  readonly scope: ReturnType<typeof realScope>
  readonly cpuCount: number
  readonly memoryKiB: number
  readonly availableMemoryKiB: number
  /** What the machines that run may take in all. */
  readonly promisedMemoryKiB: number
  readonly kvm: HostFacts['kvm']
  readonly abilities: HostAbilities
}

/** @throws StrataError 'host-unreachable' */
export async function hostRoom(host: Host, accelerator: NewMachine['accelerator']): Promise<HostRoom> {
  const connection = host.connection()
  const { facts } = host
  if (facts === null) throw new StrataError('host-unreachable', say('create.notSaidYetWhat', { host: host.label }))
  const { cpuCount, memoryKiB, architecture } = facts
  const [kvm, availableMemoryKiB, abilities] = await Promise.all([
    host.kvm(),
    availableMemory(connection, memoryKiB),
    readAbilities(connection, accelerator, architecture),
  ])
  const running = host.inventory.machines().filter(({ state }) => state === 'running' || state === 'paused')
  return {
    hostId: host.id,
    hostLabel: host.label,
    scope: realScope(host.address),
    cpuCount,
    memoryKiB,
    availableMemoryKiB,
    promisedMemoryKiB: running.reduce((sum, { maxMemoryKiB }) => sum + maxMemoryKiB, 0),
    kvm,
    abilities,
  }
}

/** What is free, with what the kernel gives back when it is asked to. A driver that cannot tell has all of it. */
async function availableMemory(connection: Connection, totalKiB: number): Promise<number> {
  const stats = (await nullIfRefused(connection.nodeGetMemoryStats())) ?? {}
  return Math.min(totalKiB, (stats['free'] ?? totalKiB) + (stats['buffers'] ?? 0) + (stats['cached'] ?? 0))
}
