import type { DefinitionClash } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainXml, XmlElement } from 'node-libvirt/xml'

import { descendants, mended, removeElements } from './element-edit.ts'
import type { HostPicture } from './host-picture.ts'

/**
 * What libvirt writes of a machine that runs, or of the host that it was on: names of the moment, which mean nothing, or
 * something else, elsewhere. Addresses of devices stay: a guest knows its cards by them.
 */
export function dropRuntimeDetails(domain: DomainXml, picture: HostPicture): DefinitionClash[] {
  const { element } = domain
  const dropped = [
    element.getAttribute('id') !== null && dropAttribute(element, 'id') && say('imports.numberWhileRan'),
    dropAliases(element) && say('imports.namesDevicesWhileRan'),
    dropTargets(domain) && say('imports.networkDevicesOtherHost'),
    dropSockets(domain) && say('imports.socketsTerminalsOtherHost'),
    dropPorts(domain) && say('imports.portsScreen'),
    dropIndexes(element) && say('imports.numbersImagesWhileRan'),
    dropLabels(element, picture) && say('imports.labelsSecurityDriver'),
  ].filter((words) => words !== false)
  return [
    ...(dropped.length === 0
      ? []
      : [mended('runtime-details', say('imports.textSaysThingsHold', { dropped }), say('imports.theyLeftOutLibvirt'))]),
  ]
}

function dropAttribute(element: XmlElement, name: string): boolean {
  if (element.getAttribute(name) === null) return false
  element.removeAttribute(name)
  return true
}

/** Those that begin with 'ua-' were given by a user, and are kept by libvirt too. */
function dropAliases(element: XmlElement): boolean {
  const owners = descendants(element).filter((each) => each.elements.some(({ name }) => name === 'alias'))
  const counts = owners.map((owner) =>
    removeElements(owner, './alias', (alias) => alias.getAttribute('name')?.startsWith('ua-') !== true),
  )
  return counts.some((count) => count > 0)
}

/** As libvirt itself ignores them when it reads a definition that does not run. */
function dropTargets(domain: DomainXml): boolean {
  const generated = domain.devices.interfaces.filter(({ target }) => /^(vnet|macvtap|vif|tap)\d/.test(target ?? ''))
  for (const each of generated) each.target = null
  return generated.length > 0
}

function dropSockets({ devices }: DomainXml): boolean {
  const all = [...devices.serials, ...devices.consoles, ...devices.channels, ...devices.parallels]
  const runtime = all.filter(({ type, source }) =>
    type === 'pty'
      ? source.path !== null
      : type === 'unix' && /\/(channel\/target|domain-\d+-)/.test(source.path ?? ''),
  )
  for (const each of runtime) removeElements(each.element, './source')
  const ttys = devices.consoles.filter(({ tty }) => tty !== null)
  for (const each of ttys) each.tty = null
  const states = devices.channels.filter(({ state }) => state !== null)
  for (const each of states) each.state = null
  return runtime.length + ttys.length + states.length > 0
}

function dropPorts({ devices }: DomainXml): boolean {
  const chosen = devices.graphics.filter(({ autoPort, port }) => autoPort === true && port !== null && port !== -1)
  for (const each of chosen) each.port = -1
  const sockets = devices.graphics.flatMap(({ listens }) =>
    listens.filter(({ type, socket }) => type === 'socket' && /\/domain-\d+-/.test(socket ?? '')),
  )
  for (const each of sockets) each.socket = null
  const copies = devices.graphics.filter(({ socket }) => /\/domain-\d+-/.test(socket ?? ''))
  for (const each of copies) each.socket = null
  return chosen.length + sockets.length + copies.length > 0
}

/** A chain that libvirt found at the start is found again at the next; one that was written by hand has no numbers. */
function dropIndexes(element: XmlElement): boolean {
  const numbered = descendants(element).filter(
    ({ name, attributes }) =>
      (name === 'source' || name === 'backingStore') && attributes.some((each) => each.name === 'index'),
  )
  for (const each of numbered) each.removeAttribute('index')
  const disks = new Set(numbered.map((each) => each.parent).filter((parent) => parent?.name === 'disk'))
  for (const disk of disks) if (disk !== null && disk !== undefined) removeElements(disk, './backingStore')
  return numbered.length > 0
}

/** Labels that a driver made up, and those of drivers that this host has not. */
function dropLabels(element: XmlElement, { capabilities }: HostPicture): boolean {
  const models = new Set(capabilities?.host.securityModels.map(({ model }) => model) ?? [])
  const cannotTravel = (label: XmlElement) => {
    const [type, model] = [label.getAttribute('type'), label.getAttribute('model')]
    return type === 'dynamic' || (type === 'static' && capabilities !== null && !models.has(model))
  }
  return removeElements(element, './seclabel', cannotTravel) > 0
}
