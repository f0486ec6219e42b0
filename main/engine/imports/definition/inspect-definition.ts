import type { DefinitionProblem, DefinitionReport } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import { DomainXml, XmlDocument, XmlError } from 'node-libvirt/xml'

import { mostReaches, readReach, type Reach } from '../../definitions/reach/reach.ts'
import { strangersXml } from '../../definitions/strangers-xml.ts'
import type { FileUsers } from '../../disk-images/file-users.ts'
import type { MachineOwner } from '../../disk-images/machines-with-disk.ts'
import type { Host } from '../../hosts/host.ts'
import { structureProblems, xmlProblem } from './definition-structure.ts'
import { readHostPicture, type HostPicture } from './host-picture.ts'
import { mendDevices } from './mend-devices.ts'
import { mendFiles } from './mend-files.ts'
import { mendIdentity } from './mend-identity.ts'
import { mendNetworks } from './mend-networks.ts'
import { mendPlatform } from './mend-platform.ts'
import { reachGround } from './reach-ground.ts'
import { dropRuntimeDetails } from './runtime-details.ts'

/**
 * Compares a definition with a host. Each mend changes only the nodes that clash; whatever else stands in the text, known
 * or not, comes through as it was. Nothing of it is logged: there may be passwords in it.
 */
export async function inspectDefinition(fileUsers: FileUsers, host: Host, xml: string): Promise<DefinitionReport> {
  const { domain, problem } = parse(xml)
  if (domain === null)
    return { name: '', xml, vcpuCount: null, memoryKiB: null, clashes: [], reaches: [], problems: [problem] }
  const problems = structureProblems(domain)
  const picture = await readHostPicture(fileUsers, host)
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
  const mendedXml = domain.toString()
  const reaches = await reachesOf(picture, mendedXml)
  return {
    name: domain.name ?? '',
    xml: mendedXml,
    vcpuCount: domain.vcpuCount ?? 1, // libvirt's own default
    memoryKiB: domain.memoryKiB,
    clashes,
    reaches,
    problems: reaches.length > mostReaches ? [...problems, tooManyReaches] : problems,
  }
}

/**
 * The lines of a text, as it stands, that reach out of the machine.
 * @param owner the machine that has this definition already; null: it is to become one
 * @throws StrataError when the host is lost
 */
export async function definitionReaches(
  fileUsers: FileUsers,
  host: Host,
  xml: string,
  owner: MachineOwner | null = null,
): Promise<Reach[]> {
  return reachesOf(await readHostPicture(fileUsers, host, owner), xml)
}

/** Parsed anew: its lines are those of the text that the user sees. */
async function reachesOf(picture: HostPicture, xml: string): Promise<Reach[]> {
  const { domain } = parse(xml)
  return domain === null ? [] : readReach(domain, xml, reachGround(picture))
}

const tooManyReaches: DefinitionProblem = {
  message: say('imports.moreThanLinesReach', { mostReaches }),
  line: null,
  column: null,
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
