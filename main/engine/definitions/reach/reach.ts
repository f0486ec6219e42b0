import { createHash } from 'node:crypto'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { XmlError, type DomainXml, type XmlElement } from 'node-libvirt/xml'

import { knownElement, unknownAttributes } from './known-elements.ts'
import { type Outside, type ReachGround } from './outside.ts'
import { reachingElement } from './reaching-elements.ts'

/*
 * What a definition lets a guest, or whoever wrote it, do outside of the machine. What is known to stay inside is a list;
 * whatever else stands in the text is told, known or not: libvirt learns new words every month.
 */

/** One line of a definition that reaches out of the machine. */
export interface Reach extends Pick<Outside, 'kind'> {
  /** The same as long as what the line says, and the device around it, is the same. */
  readonly id: string
  /** From 1. */
  readonly line: number
  /** The element as it is written, without what is below it. */
  readonly text: string
  readonly sentence: Said
}

const longestText = 200
const metadata = 'metadata'

/** More than any definition of a person's has; who would look at each of them? */
export const mostReaches = 200

/**
 * Gives one more than `mostReaches` where there are too many: such a definition is not to be taken at all.
 * @param source the text that the definition was parsed from, and not changed since */
export async function readReach(domain: DomainXml, source: string, ground: ReachGround): Promise<Reach[]> {
  const found: Reach[] = []
  const idOf = identifier()
  const seen = new Set<string>()
  for (const { element, path } of walk(domain.element)) {
    for (const outside of await outsideOf(element, path, ground)) {
      const id = idOf(element, outside)
      if (seen.has(id)) continue // the same line again
      seen.add(id)
      const { line } = XmlError.at(source, element.offset, '')
      found.push({
        id,
        kind: outside.kind,
        line,
        text: startTag(element),
        sentence: say('definitions.theMachine', { what: outside.what }),
      })
      if (found.length > mostReaches) return found
    }
  }
  return found
}

interface Placed {
  readonly element: XmlElement
  readonly path: string
}

/** All elements that mean something by themselves. Below what is told as a whole there is nothing more to tell. */
function walk(root: XmlElement): Placed[] {
  const placed: Placed[] = []
  const visit = (element: XmlElement, path: string): void => {
    placed.push({ element, path })
    if (path === metadata || isForeign(element) || isAllKnown(path) || isOpaque(path)) return
    for (const child of element.elements) visit(child, path === '/' ? child.name : `${path}/${child.name}`)
  }
  visit(root, '/')
  return placed
}

const isForeign = (element: XmlElement) => element.namespaceUri !== null || element.name.includes(':')
const isAllKnown = (path: string) => knownElement(path)?.allBelow === true && reachingElement(path) === null
const isUnknown = (path: string) => knownElement(path) === null && reachingElement(path) === null
/** Told by one sentence, with all that is below it. */
const isOpaque = (path: string) =>
  isUnknown(path) || /^(seclabel|devices\/(hostdev|lease|pstore|audio|shmem|vsock))$/.test(path)

async function outsideOf(element: XmlElement, path: string, ground: ReachGround): Promise<readonly Outside[]> {
  if (path === metadata) return []
  if (isForeign(element)) return [foreign(element)]
  const reaching = reachingElement(path)
  if (reaching !== null) {
    const outside = await reaching.look(element, ground)
    if (reaching.attributes === null) return outside
    const { attributes } = reaching
    const unknown = element.attributes
      .map(({ name }) => name)
      .filter((name) => !attributes.includes(name) && !isDeclaration(name))
    return [...outside, ...unknown.map((name) => unknownAttribute(element, name))]
  }
  const known = knownElement(path)
  if (known === null)
    return [{ kind: 'unknown', what: say('definitions.strataDoesNotKnow', { element: element.name }) }]
  return unknownAttributes(known, element).map((name) => unknownAttribute(element, name))
}

const isDeclaration = (name: string) => name === 'xmlns' || name.startsWith('xmlns:')

function unknownAttribute(element: XmlElement, name: string): Outside {
  const value = (element.getAttribute(name) ?? '').slice(0, 80)
  return {
    kind: 'unknown',
    what: say('definitions.strataDoesNotKnowWhat', { element: element.name, name, value }),
  }
}

/** QEMU's own arguments do what they like on the host, past libvirt and its checks. */
function foreign(element: XmlElement): Outside {
  const ofQemu = element.namespaceUri?.startsWith('http://libvirt.org/schemas/domain/') === true
  return ofQemu
    ? {
        kind: 'arguments',
        what: say('definitions.passesArgumentsOwnHypervisor', { element: element.name }),
      }
    : {
        kind: 'unknown',
        what: say('definitions.anotherLanguageStrataDoes', { element: element.name }),
      }
}

function startTag(element: XmlElement): string {
  const attributes = element.attributes.map(({ name }) => `${name}='${element.getAttribute(name) ?? ''}'`)
  const words = element.text.trim()
  const text = `<${[element.name, ...attributes].join(' ')}>${words}`
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text
}

/** What a tick is for: the whole device, or other part of the machine, that the line stands in, and what the line does. */
function identifier(): (element: XmlElement, outside: Outside) => string {
  const digests = new Map<XmlElement, string>() // a part may hold many lines
  const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
  return (element, { kind, what }) => {
    let part = element
    while (part.parent !== null && part.parent.parent !== null && part.parent.name !== 'devices') part = part.parent
    const known = digests.get(part) ?? digest(canonical(part))
    digests.set(part, known)
    return digest([kind, what, known]).slice(0, 32)
  }
}

/** Without the place on the guest's buses, and however it is laid out. */
function canonical(element: XmlElement): unknown {
  const attributes = element.attributes.map(({ name }) => [name, element.getAttribute(name)] as const)
  const below = element.elements.filter(({ name }) => name !== 'address' && name !== 'alias').map(canonical)
  return [element.name, attributes.toSorted(([one], [other]) => (one < other ? -1 : 1)), element.text.trim(), below]
}
