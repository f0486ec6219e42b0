import { DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { toStrataError } from '../strata-error.ts'

/**
 * Changes a machine's stored definition as it is now, secrets and unknown parts included; one that runs gets it at its
 * next start. Resolves when the picture has it.
 */
export async function editDefinition(host: Host, uuid: string, edit: (definition: DomainXml) => void): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  try {
    await host.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(uuid)
      const definition = DomainXml.parse(await domain.getXMLDesc(['inactive', 'secure']))
      edit(definition)
      await connection.domainDefineXML(definition.toString())
    })
  } catch (error) {
    throw toStrataError(error, `The definition of “${name}” could not be changed.`)
  }
  await host.inventory.reloadMachine(uuid)
}
