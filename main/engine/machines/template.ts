import { DomainXml } from 'node-libvirt/xml'

import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { whatIsBuiltOn } from './built-on.ts'
import { readStrataFacts, writeStrataFacts } from '../definitions/strata-metadata.ts'

/** Makes a machine the base of others, or a machine again. What is built on a template's disks relies on their not changing. */
export async function setTemplate(fileUsers: FileUsers, host: Host, uuid: string, isTemplate: boolean): Promise<void> {
  const machine = host.inventory.requireMachine(uuid)
  if (machine.isTemplate === isTemplate) return
  if (isTemplate && machine.state !== 'shut-off') {
    throw new StrataError('wrong-state', `“${machine.name}” has to be shut down before it becomes a template.`)
  }
  if (isTemplate && machine.hasSavedState) {
    throw new StrataError(
      'wrong-state',
      `“${machine.name}” has a saved state. Start it and shut it down, or discard the saved state, before it becomes a template.`,
    )
  }
  // As a machine it would be started, and change what others are built on.
  const built = isTemplate ? null : await whatIsBuiltOn(fileUsers, host, machine)
  if (built !== null) {
    throw new StrataError(
      'busy',
      `“${machine.name}” has to stay a template. ${built} Delete what is built on it first, or make a new machine from it.`,
    )
  }
  try {
    await host.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(uuid)
      const definition = DomainXml.parse(await domain.getXMLDesc(['inactive', 'secure']))
      writeStrataFacts(definition.metadata, { ...readStrataFacts(definition.metadata), isTemplate })
      await connection.domainDefineXML(definition.toString())
      if (isTemplate) await domain.setAutostart(false)
    })
  } catch (error) {
    throw toStrataError(
      error,
      isTemplate
        ? `“${machine.name}” could not be made a template.`
        : `“${machine.name}” could not be made a machine again.`,
    )
  }
  await host.inventory.reloadMachine(uuid)
}
