import { eventIterator } from '@orpc/contract'
import { z } from 'zod'

import { strataProblem } from './errors.ts'
import { machine } from './machines.ts'
import { network } from './networks.ts'
import { procedure } from './procedure.ts'
import { hostId, hostRef, machineRef, uuid } from './references.ts'
import { repair } from './repairs.ts'
import { pool } from './storage.ts'
import { said } from './words/said.ts'

/** What a connected host said of itself. */
export const hostFacts = z.object({
  hostname: z.string(),
  /** As libvirt's driver names itself: 'QEMU', 'TEST'. */
  hypervisor: z.string(),
  hypervisorVersion: z.string().nullable(),
  libvirtVersion: z.string(),
  architecture: z.string(),
  cpuModel: z.string(),
  /** Threads that guests can run on. */
  cpuCount: z.number().int(),
  cpuSockets: z.number().int(),
  cpuCoresPerSocket: z.number().int(),
  cpuThreadsPerCore: z.number().int(),
  memoryKiB: z.number().int(),
  /** Whether guests run on the processor itself; the reason speaks when they do not. */
  kvm: z.object({ usable: z.boolean(), reason: said.nullable() }),
})
export type HostFacts = z.infer<typeof hostFacts>

/** The connection to a host. */
export const hostStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('connecting') }),
  z.object({ state: z.literal('connected'), sinceMs: z.number().int() }),
  z.object({
    state: z.literal('unreachable'),
    problem: strataProblem,
    /** When the host last answered; null: never in this session. */
    lastSeenMs: z.number().int().nullable(),
    retryAtMs: z.number().int().nullable(),
  }),
])
export type HostStatus = z.infer<typeof hostStatus>

export const host = z.object({
  id: hostId,
  label: z.string(),
  uri: z.string(),
  kind: z.enum(['session', 'system', 'test', 'remote']),
  status: hostStatus,
  /** Kept while the host is away; null until it was reached once. */
  facts: hostFacts.nullable(),
})
export type Host = z.infer<typeof host>

/** One line of the readiness check. */
export const readinessCheck = z.object({
  id: z.string(),
  title: said,
  level: z.enum(['good', 'limited', 'broken', 'unknown']),
  /** What was found, in one sentence. */
  finding: said,
  /** What it means for the user's machines; null when all is well. */
  effect: said.nullable(),
  repairs: z.array(repair),
})
export type ReadinessCheck = z.infer<typeof readinessCheck>

const changes = <T extends z.ZodType, R extends z.ZodType>(item: T, reference: R) =>
  z.object({ changed: z.array(item), removed: z.array(reference) })

export const networkRef = hostRef.extend({ uuid })
export const poolRef = hostRef.extend({ uuid })

/** The live picture of all hosts: one snapshot, then patches, at most one a frame. A late client gets a new snapshot. */
export const inventoryMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    hosts: z.array(host),
    machines: z.array(machine),
    networks: z.array(network),
    pools: z.array(pool),
  }),
  z.object({
    type: z.literal('patch'),
    hosts: changes(host, hostRef),
    machines: changes(machine, machineRef),
    networks: changes(network, networkRef),
    pools: changes(pool, poolRef),
  }),
])
export type InventoryMessage = z.infer<typeof inventoryMessage>
export type InventoryPatch = Extract<InventoryMessage, { type: 'patch' }>

export const hosts = {
  watchInventory: procedure.output(eventIterator(inventoryMessage)),
  checkReadiness: procedure.input(hostRef).output(z.array(readinessCheck)),
  /** Tries the connection now, without waiting for the next attempt. */
  reconnect: procedure.input(hostRef).output(z.void()),
}
