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

/** Where a host's daemon is. */
export const hostPlace = z.discriminatedUnion('kind', [
  /** On the computer that Strata runs on. */
  z.object({ kind: z.literal('here') }),
  z.object({
    kind: z.literal('ssh'),
    user: z.string().nullable(),
    host: z.string(),
    port: z.number().int().nullable(),
  }),
  z.object({ kind: z.literal('tls'), host: z.string(), port: z.number().int().nullable() }),
  /** Behind a port or a command: any computer may be there. */
  z.object({ kind: z.literal('unknown') }),
])
export type HostPlace = z.infer<typeof hostPlace>

/** Which driver, whose daemon, and where. */
export const hostAddress = z.object({
  /** 'test': libvirt's test driver, whose machines are only acted. */
  driver: z.enum(['qemu', 'test']),
  /** 'session': the user's own daemon; 'system': the one for all. */
  scope: z.enum(['session', 'system']),
  place: hostPlace,
})
export type HostAddress = z.infer<typeof hostAddress>

export const host = z.object({
  id: hostId,
  label: z.string(),
  uri: z.string(),
  address: hostAddress,
  /** Added in Strata: it can be renamed there, and taken from the list. */
  isAdded: z.boolean(),
  status: hostStatus,
  /** Kept while the host is away; null until it was reached once. */
  facts: hostFacts.nullable(),
})
export type Host = z.infer<typeof host>

/** A libvirt URI, or an alias of one. */
export const hostUri = z.string().trim().min(1).max(2048)
export const hostLabel = z.string().trim().min(1).max(64)

/** Who answered at an address. */
export const hostAtAddress = z.object({
  address: hostAddress,
  /** Empty: it does not say. */
  hostname: z.string(),
  libvirtVersion: z.string(),
  machineCount: z.number().int(),
})
export type HostAtAddress = z.infer<typeof hostAtAddress>

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
  /** Connects to an address, asks who is there, and leaves again. Fails with what is in the way. */
  tryAddress: procedure.input(z.object({ uri: hostUri })).output(hostAtAddress),
  /** Keeps a host in the list, whether it answers now or not. */
  add: procedure.input(z.object({ uri: hostUri, label: hostLabel.nullable() })).output(hostRef),
  rename: procedure.input(hostRef.extend({ label: hostLabel })).output(z.void()),
  /** Takes an added host from the list. Nothing on it changes; what Strata keeps of it stays for when it is added again. */
  remove: procedure.input(hostRef).output(z.void()),
}
