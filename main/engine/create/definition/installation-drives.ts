import type { DomainXml } from 'node-libvirt/xml'

import { writeStrataFacts, type Installation, type StrataFacts } from '../../definitions/strata-metadata.ts'

/**
 * Writes down what is to be taken away when the system is installed: every drive that holds a medium now, the drivers'
 * too, and Strata's own discs.
 */
export function installationDrives(
  definition: DomainXml,
  installation: Omit<Installation, 'drives'>,
  facts: StrataFacts,
): void {
  const drives = definition.devices.disks
    .filter(({ device, isReadOnly, source }) => (device === 'cdrom' || isReadOnly) && source.file !== null)
    .map(({ target }) => target.device)
    .filter((device) => device !== null)
  writeStrataFacts(definition.metadata, { ...facts, installation: { ...installation, drives } })
}
