import type { Machine } from '@strata/contract/machines.ts'
import type { Domain } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { orNullWhenGone } from '../hosts/or-null-when-gone.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { impliedNvramPath, type DaemonFolders } from './daemon-folders.ts'
import { readStrataFacts, writeStrataFacts } from '../definitions/strata-metadata.ts'

const isOff = (machine: Machine) => machine.state === 'shut-off' || machine.state === 'crashed'

/** libvirt changes a name only while the machine is off; one that runs shows the new name as its title until then. */
export async function renameMachine(
  host: Host,
  uuid: string,
  name: string,
  folders: DaemonFolders | null,
): Promise<void> {
  const machine = host.inventory.requireMachine(uuid)
  requireFree(host, uuid, name)
  try {
    await host.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(uuid)
      if (isOff(machine)) await renameOff(domain, machine, name, folders)
      else await renameLater(domain, machine, name)
    })
  } catch (error) {
    throw toStrataError(error, `“${machine.name}” could not be renamed to “${name}”.`)
  }
  await host.inventory.reloadMachine(uuid)
}

function requireFree(host: Host, uuid: string, name: string): void {
  if (host.inventory.machines().some((other) => other.uuid !== uuid && other.name === name)) {
    throw new StrataError('already-exists', `There is already a machine named “${name}” on ${host.label}.`, {
      field: 'name',
    })
  }
}

async function renameOff(domain: Domain, machine: Machine, name: string, folders: DaemonFolders | null): Promise<void> {
  if (machine.hasSavedState) {
    throw new StrataError(
      'wrong-state',
      `“${machine.name}” has a saved state, which is bound to its name. Start it, or discard the saved state.`,
    )
  }
  const definition = DomainXml.parse(await domain.getXMLDesc(['inactive', 'secure']))
  const before = definition.toString()
  definition.title = null // else the old title would go on hiding the new name
  writeStrataFacts(definition.metadata, { ...readStrataFacts(definition.metadata), nextName: null })
  keepFirmwareVariables(definition, machine, folders)
  const kept =
    definition.toString() === before ? domain : await domain.connection.domainDefineXML(definition.toString())
  if (name !== machine.name) await kept.rename(name)
}

/** libvirt derives the place of a UEFI machine's variables from its name: renamed, it would begin with empty ones. */
function keepFirmwareVariables(definition: DomainXml, machine: Machine, folders: DaemonFolders | null): void {
  if (definition.os.firmware !== 'efi' || definition.os.nvram.path !== null || folders === null) return
  definition.os.nvram.path = impliedNvramPath(folders, machine.name)
}

async function renameLater(domain: Domain, machine: Machine, name: string): Promise<void> {
  if (!machine.persistent) {
    await domain.setMetadata('title', name, ['live'])
    return
  }
  await domain.setMetadata('title', name === machine.name ? null : name, ['live', 'config'])
  await setNextName(domain, name === machine.name ? null : name)
}

/** In the stored definition alone: libvirt's own call for metadata cannot take an element that declares its namespace itself. */
async function setNextName(domain: Domain, nextName: string | null): Promise<void> {
  const definition = DomainXml.parse(await domain.getXMLDesc(['inactive', 'secure']))
  writeStrataFacts(definition.metadata, { ...readStrataFacts(definition.metadata), nextName })
  await domain.connection.domainDefineXML(definition.toString())
}

/** The name that was chosen while the machine ran, given now that it is off. Null: none waits. */
export async function renameAsAsked(host: Host, uuid: string, folders: DaemonFolders | null): Promise<string | null> {
  const xml = await orNullWhenGone(
    host.slow(async (connection) => (await connection.domainLookupByUUID(uuid)).getXMLDesc(['inactive'])),
  )
  const nextName = xml === null ? null : readStrataFacts(DomainXml.parse(xml).metadata).nextName
  if (nextName !== null) await renameMachine(host, uuid, nextName, folders)
  return nextName
}
