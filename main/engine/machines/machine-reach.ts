import type { DefinitionReach } from '@strata/contract/imports.ts'
import type { Machine } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import { definitionReaches } from '../imports/definition/inspect-definition.ts'
import { StrataError } from '../strata-error.ts'
import { readAllowedReach, writeAllowedReach } from './allowed-reach.ts'

type Parts = Pick<EngineParts, 'fileUsers' | 'folders'>

/** The lines of a machine's stored definition that reach out of it and that nobody has allowed here. */
export async function unknownReach(parts: Parts, host: Host, machine: Machine): Promise<DefinitionReach[]> {
  const [reaches, allowed] = await Promise.all([
    reachNow(parts, host, machine),
    readAllowedReach(parts.folders.dataDir, refOf(host, machine)),
  ])
  return reaches.filter(({ id }) => !allowed.has(id))
}

/** Whatever it has now was chosen by the user, who made it or was asked. */
export async function allowReachOf(parts: Parts, host: Host, machine: Pick<Machine, 'uuid' | 'name'>): Promise<void> {
  const reaches = await reachNow(parts, host, machine)
  if (reaches.length === 0) return
  const ids = reaches.map(({ id }) => id)
  await writeAllowedReach(parts.folders.dataDir, refOf(host, machine), ids)
}

/**
 * Before a machine runs: what somebody else has written into its definition may open any file, run any program, or listen
 * for anybody.
 * @param ticked ids of the lines that the user has just seen and allowed; they are remembered
 * @throws StrataError 'not-permitted', with the field 'allowedReaches', when others are left
 */
export async function requireKnownReach(
  parts: Parts,
  host: Host,
  machine: Machine,
  ticked: readonly string[],
): Promise<void> {
  const unknown = await unknownReach(parts, host, machine)
  if (unknown.length === 0) return
  const first = unknown.find(({ id }) => !ticked.includes(id))
  if (first === undefined) return allowReachOf(parts, host, machine)
  throw new StrataError('not-permitted', say('machines.reachesOut', { machine: machine.name, what: first.sentence }), {
    field: 'allowedReaches',
  })
}

const refOf = (host: Host, { uuid }: Pick<Machine, 'uuid'>) => ({ hostId: host.id, uuid })

async function reachNow(
  { fileUsers }: Parts,
  host: Host,
  { uuid, name }: Pick<Machine, 'uuid' | 'name'>,
): Promise<DefinitionReach[]> {
  if (host.address.driver === 'test') return [] // the test driver opens nothing
  const xml = await host.slow(async (connection) =>
    (await connection.domainLookupByUUID(uuid)).getXMLDesc(['inactive']),
  )
  return definitionReaches(fileUsers, host, xml, { kind: 'machine', hostId: host.id, uuid, name })
}
