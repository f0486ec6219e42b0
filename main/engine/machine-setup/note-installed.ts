import type { Domain } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import { keepSetup, readKeptSetup } from '../definitions/kept-setup.ts'

/** An installer is through: from here on the installed system is waited for. Changes the stored definition, and that of a machine that runs. */
export async function noteInstalled(domain: Domain, how: 'running' | 'stopped'): Promise<void> {
  const setup = readKeptSetup(DomainXml.parse(await domain.getXMLDesc(['inactive'])).metadata)
  if (setup?.phase !== 'installing') return
  await keepSetup(domain, { ...setup, phase: 'starting' }, how === 'running' ? ['live', 'config'] : ['config'])
}
