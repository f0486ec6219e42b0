import type { DefinitionProblem } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import { unkeyed, type Said } from '@strata/contract/words/said.ts'
import { XmlError, type DomainXml, type XmlDocument } from 'node-libvirt/xml'

/** What else people have lying about in XML, by its root. */
const otherDocuments: Readonly<Record<string, Said | undefined>> = {
  network: say('imports.networkLibvirt'),
  pool: say('imports.storagePoolLibvirt'),
  volume: say('imports.volumeStoragePoolLibvirt'),
  domainsnapshot: say('imports.restorePointLibvirt'),
  domaincheckpoint: say('imports.checkpointLibvirt'),
  domstatus: say('imports.libvirtsOwnNoteAbout'),
  domainCapabilities: say('imports.libvirtsListWhatMachines'),
  capabilities: say('imports.libvirtsDescriptionHost'),
  secret: say('imports.secretLibvirt'),
  interface: say('imports.networkInterfaceHost'),
  filter: say('imports.networkFilterLibvirt'),
  device: say('imports.deviceHost'),
  Envelope: say('imports.ovfFileImportAppliance'),
  VirtualBox: say('imports.machineVirtualboxExportThere'),
  html: say('imports.webPage'),
}

/** Why the text is no machine: it is not XML, or XML of something else. */
export function xmlProblem(found: XmlError | XmlDocument, source: string): DefinitionProblem {
  if (found instanceof XmlError)
    return { message: unkeyed(`${found.problem}.`), line: found.line, column: found.column }
  const { root } = found
  const name = root.name.slice(0, 64)
  const what = otherDocuments[root.localName]
  const { line, column } = XmlError.at(source, root.offset, '')
  const message = what === undefined ? say('imports.noMachineBeginsNot', { name }) : say('imports.thisIs', { what })
  return { message, line, column }
}

/** What libvirt demands of every machine. The rest of its rules it checks itself when the machine is defined. */
export function structureProblems(domain: DomainXml): DefinitionProblem[] {
  const twice = ['name', 'uuid', 'memory', 'vcpu', 'os', 'devices'].filter(
    (name) => domain.element.elements.filter((child) => child.name === name).length > 1,
  )
  return [
    ...(domain.type === null ? [problem(say('imports.doesNotSayWhat'))] : []),
    ...(domain.memoryKiB === null ? [problem(say('imports.doesNotSayHow'))] : []),
    ...(domain.os.type === null ? [problem(say('imports.doesNotSayWhatKind'))] : []),
    ...twice.map((name) => problem(say('imports.elementTwice', { name }))),
    ...targetProblems(domain),
  ]
}

function targetProblems(domain: DomainXml): DefinitionProblem[] {
  const disks = [...domain.devices.disks]
  const names = disks.map(({ target }) => target.device)
  const seen = new Set<string>()
  const again = new Set<string>()
  for (const name of names) {
    if (name === null) continue
    if (seen.has(name)) again.add(name)
    seen.add(name)
  }
  return [
    ...(names.includes(null) ? [problem(say('imports.oneDisksDoesNot'))] : []),
    ...[...again].map((name) => problem(say('imports.twoDisksBoth', { name }))),
  ]
}

const problem = (message: Said): DefinitionProblem => ({ message, line: null, column: null })
