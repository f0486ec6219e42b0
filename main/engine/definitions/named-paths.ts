import { XmlDocument, type XmlElement } from 'node-libvirt/xml'

/** What a file is to the definition that names it. */
export type NamedRole = 'disk' | 'below-disk' | 'firmware-variables' | 'other'

export interface NamedPath {
  readonly path: string
  readonly role: NamedRole
}

export interface NamedVolume {
  readonly pool: string
  readonly volume: string
}

/** Whatever a definition says that could be a file of its host. */
export interface NamedThings {
  readonly paths: readonly NamedPath[]
  readonly volumes: readonly NamedVolume[]
}

/**
 * Every absolute path in a definition, wherever it stands: a list of the places where paths may stand would always be
 * a version behind. Too many do no harm, as they only keep files. Takes machines and restore points alike.
 * @throws XmlError when the text is not XML
 */
export function namedThings(xml: string): NamedThings {
  const paths = new Map<string, NamedRole>()
  const volumes: NamedVolume[] = []
  const note = (text: string | null, role: NamedRole) => {
    const path = text?.trim() ?? ''
    if (path.startsWith('/') && path !== '/' && (paths.get(path) ?? 'other') === 'other') paths.set(path, role)
  }
  const visit = (element: XmlElement, around: NamedRole) => {
    const role = roleOf(element, around)
    for (const { name } of element.attributes) note(element.getAttribute(name), role)
    note(element.text, role)
    const [pool, volume] = [element.getAttribute('pool'), element.getAttribute('volume')]
    if (pool !== null && volume !== null) volumes.push({ pool, volume })
    for (const each of element.elements) visit(each, role)
  }
  visit(XmlDocument.parse(xml).root, 'other')
  return { paths: [...paths].map(([path, role]) => ({ path, role })), volumes }
}

function roleOf({ name }: XmlElement, around: NamedRole): NamedRole {
  if (name === 'disk') return 'disk'
  if (name === 'backingStore') return 'below-disk' // what a running guest was told to have there
  return name === 'nvram' ? 'firmware-variables' : around
}
