import type { DefinitionProblem } from '@strata/contract/imports.ts'
import { XmlError, type DomainXml, type XmlDocument } from 'node-libvirt/xml'

/** What else people have lying about in XML, by its root. */
const otherDocuments: Readonly<Record<string, string | undefined>> = {
  network: 'a network of libvirt',
  pool: 'a storage pool of libvirt',
  volume: 'a volume in a storage pool of libvirt',
  domainsnapshot: 'a restore point of libvirt',
  domaincheckpoint: 'a checkpoint of libvirt',
  domstatus: 'libvirt’s own note about a running machine; the machine is the part between <domain> and </domain>',
  domainCapabilities: 'libvirt’s list of what machines can be here',
  capabilities: 'libvirt’s description of a host',
  secret: 'a secret of libvirt',
  interface: 'a network interface of a host',
  filter: 'a network filter of libvirt',
  device: 'a device of a host',
  Envelope: 'an OVF file: import it as an appliance, with its disks beside it',
  VirtualBox: 'a machine of VirtualBox: export it there as an appliance',
  html: 'a web page',
}

/** Why the text is no machine: it is not XML, or XML of something else. */
export function xmlProblem(found: XmlError | XmlDocument, source: string): DefinitionProblem {
  if (found instanceof XmlError) return { message: `${found.problem}.`, line: found.line, column: found.column }
  const { root } = found
  const name = root.name.slice(0, 64)
  const what = otherDocuments[root.localName]
  const { line, column } = XmlError.at(source, root.offset, '')
  const message =
    what === undefined ? `This is no machine: it begins with <${name}>, not with <domain>.` : `This is ${what}.`
  return { message, line, column }
}

/** What libvirt demands of every machine. The rest of its rules it checks itself when the machine is defined. */
export function structureProblems(domain: DomainXml): DefinitionProblem[] {
  const twice = ['name', 'uuid', 'memory', 'vcpu', 'os', 'devices'].filter(
    (name) => domain.element.elements.filter((child) => child.name === name).length > 1,
  )
  return [
    ...(domain.type === null ? [problem('It does not say what runs the machine: <domain> has no type.')] : []),
    ...(domain.memoryKiB === null
      ? [problem('It does not say how much memory the machine has: <memory> is missing, or no number.')]
      : []),
    ...(domain.os.type === null
      ? [problem('It does not say what kind of machine it is: <type> in <os> is missing.')]
      : []),
    ...twice.map((name) => problem(`<${name}> is there twice.`)),
    ...targetProblems(domain),
  ]
}

function targetProblems(domain: DomainXml): DefinitionProblem[] {
  const disks = [...domain.devices.disks]
  const names = disks.map(({ target }) => target.device)
  const seen = new Set<string | null>()
  const again = new Set<string | null>()
  for (const name of names) {
    if (name !== null && seen.has(name)) again.add(name)
    seen.add(name)
  }
  return [
    ...(names.includes(null)
      ? [problem('One of its disks does not say what it is to the machine: <target> is missing.')]
      : []),
    ...[...again].map((name) => problem(`Two of its disks are both ${name}.`)),
  ]
}

const problem = (message: string): DefinitionProblem => ({ message, line: null, column: null })
