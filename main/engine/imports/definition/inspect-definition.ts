import type { DefinitionProblem, DefinitionReport } from '@strata/contract/imports.ts'
import { DomainXml, XmlDocument, XmlError } from 'node-libvirt/xml'

import { strangersXml } from '../../definitions/strangers-xml.ts'
import type { Host } from '../../hosts/host.ts'
import { structureProblems, xmlProblem } from './definition-structure.ts'
import { readHostPicture } from './host-picture.ts'
import { mendDevices } from './mend-devices.ts'
import { mendFiles } from './mend-files.ts'
import { mendIdentity } from './mend-identity.ts'
import { mendNetworks } from './mend-networks.ts'
import { mendPlatform } from './mend-platform.ts'
import { dropRuntimeDetails } from './runtime-details.ts'

/**
 * Compares a definition with a host. Each mend changes only the nodes that clash; whatever else stands in the text, known
 * or not, comes through as it was. Nothing of it is logged: there may be passwords in it.
 */
export async function inspectDefinition(host: Host, homeDir: string, xml: string): Promise<DefinitionReport> {
  const { domain, problem } = parse(xml)
  if (domain === null) return { name: '', xml, vcpuCount: null, memoryKiB: null, clashes: [], problems: [problem] }
  const problems = structureProblems(domain)
  const picture = await readHostPicture(host, homeDir)
  const oldName = domain.name
  // In this order: what a definition says of a running machine is out of the way before anything is compared.
  const clashes = [
    ...dropRuntimeDetails(domain, picture),
    ...mendIdentity(domain, picture),
    ...(await mendPlatform(domain, picture, oldName)),
    ...(await mendNetworks(domain, picture)),
    ...(await mendFiles(domain, picture)),
    ...(await mendDevices(domain, picture)),
  ]
  return {
    name: domain.name ?? '',
    xml: domain.toString(),
    vcpuCount: domain.vcpuCount ?? 1, // libvirt's own default
    memoryKiB: domain.memoryKiB,
    clashes,
    problems,
  }
}

type Parsed = { domain: DomainXml; problem: null } | { domain: null; problem: DefinitionProblem }

function parse(xml: string): Parsed {
  try {
    const document = XmlDocument.parse(xml, strangersXml)
    if (document.root.name === 'domain') return { domain: new DomainXml(document), problem: null }
    return { domain: null, problem: xmlProblem(document, xml) }
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return { domain: null, problem: xmlProblem(error, xml) }
  }
}
