import type { NewMachine } from '@strata/contract/create.ts'
import { DomainXml } from 'node-libvirt/xml'

import type { MachineRef } from '@strata/contract/references.ts'

import { writeStrataFacts, type StrataFacts } from '../../definitions/strata-metadata.ts'

/** libvirt XML as it was given, under the name and number of the new machine; everything else is left as it stands. */
export function defineImported(
  xml: string,
  { name }: Pick<NewMachine, 'name'>,
  { uuid }: MachineRef,
  facts: StrataFacts,
): DomainXml {
  const definition = DomainXml.parse(xml)
  definition.name = name
  definition.uuid = uuid
  writeStrataFacts(definition.metadata, facts)
  return definition
}
