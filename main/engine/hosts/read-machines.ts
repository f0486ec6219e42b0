import type { Connection, Domain } from 'node-libvirt'
import { LibvirtError } from 'node-libvirt'
import type { Logger } from 'pino'

import { inParallel } from './in-parallel.ts'
import { readDefinition, unreadableDefinition, type DefinitionReading } from './machine-definition.ts'
import { stateNumberOf, statePicture, type StatePicture } from './machine-state.ts'
import { orNullWhenGone } from './or-null-when-gone.ts'

/** Calls in flight. The daemon works on five at a time; more only keep its queue filled. */
const atOnce = 64

export interface MarksPicture {
  readonly persistent: boolean
  readonly autostart: boolean
  readonly hasSavedState: boolean
}

export interface FleetRow extends StatePicture, MarksPicture {
  readonly domain: Domain
}

/** State and marks of every machine of a host in five calls, however many there are: the lists are filtered by the daemon. */
export async function readFleet(connection: Connection): Promise<FleetRow[]> {
  const [domains, persistent, autostart, saved, states] = await Promise.all([
    connection.listAllDomains(),
    connection.listAllDomains(['persistent']),
    connection.listAllDomains(['autostart']),
    connection.listAllDomains(['managedsave']),
    readStates(connection),
  ])
  const [isPersistent, isAutostart, isSaved] = [persistent, autostart, saved].map(uuidsOf) as [Uuids, Uuids, Uuids]
  return inParallel(domains, atOnce, async (domain) => ({
    domain,
    persistent: isPersistent.has(domain.uuid),
    autostart: isAutostart.has(domain.uuid),
    hasSavedState: isSaved.has(domain.uuid),
    // One that was started between the two calls is asked for by itself.
    ...(states.get(domain.uuid) ?? (await readState(domain))),
  }))
}

type Uuids = ReadonlySet<string>

function uuidsOf(domains: readonly Domain[]): Uuids {
  return new Set(domains.map(({ uuid }) => uuid))
}

/** Empty where the driver has no bulk statistics; then each machine is asked. */
async function readStates(connection: Connection): Promise<Map<string, StatePicture>> {
  try {
    const all = await connection.getAllDomainStats(['state'])
    return new Map(
      all.map(({ domain, stats }) => [
        domain.uuid,
        statePicture(Number(stats['state.state']), Number(stats['state.reason'])),
      ]),
    )
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-support') return new Map()
    throw error
  }
}

export async function readState(domain: Domain): Promise<StatePicture> {
  const { state, reason } = await domain.getState()
  return statePicture(stateNumberOf(state), reason)
}

export async function readMarks(domain: Domain): Promise<MarksPicture> {
  const [persistent, hasSavedState] = await Promise.all([domain.isPersistent(), domain.hasManagedSaveImage()])
  // A transient machine has no autostart to ask for.
  return { persistent, hasSavedState, autostart: persistent && (await domain.getAutostart()) }
}

/** Null: it is gone. */
export async function readDefinitionOf(domain: Domain, log: Logger): Promise<DefinitionReading | null> {
  const xml = await orNullWhenGone(domain.getXMLDesc())
  if (xml === null) return null
  try {
    return readDefinition(xml)
  } catch (error) {
    log.warn({ err: error, machine: domain.uuid }, 'a definition cannot be read')
    return unreadableDefinition(domain.name)
  }
}

export function readDefinitions(domains: readonly Domain[], log: Logger): Promise<(DefinitionReading | null)[]> {
  return inParallel(domains, atOnce, (domain) => readDefinitionOf(domain, log))
}
