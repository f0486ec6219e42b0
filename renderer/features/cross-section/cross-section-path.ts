import { type CrossSection, type CrossSectionNode, strataLayers, type Stratum } from '@strata/contract/cross-section.ts'

type Structure = Pick<CrossSection, 'nodes' | 'links'>
type Link = CrossSection['links'][number]

export const linkKey = (link: Link): string => `${link.upperId} ${link.lowerId}`

export interface LitPath {
  readonly nodeIds: ReadonlySet<string>
  readonly linkKeys: ReadonlySet<string>
}

/** What a thing stands on, all the way down, and what stands on it, all the way up. */
export function litPath(section: Structure, nodeId: string): LitPath {
  const nodeIds = new Set([nodeId])
  const linkKeys = new Set<string>()
  const follow = (from: 'upperId' | 'lowerId', to: 'upperId' | 'lowerId'): void => {
    const reached = new Set([nodeId])
    // A set that grows while it is walked hands out what was added.
    for (const id of reached) {
      for (const link of section.links) {
        if (link[from] !== id) continue
        linkKeys.add(linkKey(link))
        reached.add(link[to])
      }
    }
    for (const id of reached) nodeIds.add(id)
  }
  follow('upperId', 'lowerId')
  follow('lowerId', 'upperId')
  return { nodeIds, linkKeys }
}

/** The thing on the path that is worst off, when one is; it is what the user should hear of. */
export function worstOnPath(section: Structure, path: LitPath): CrossSectionNode | null {
  const onPath = section.nodes.filter((node) => path.nodeIds.has(node.id))
  return onPath.find((node) => node.health === 'broken') ?? onPath.find((node) => node.health === 'warning') ?? null
}

/** The thing that tells most of a machine: what is broken, else what can be opened, else what the most hangs together with. */
export function tellingNode(section: Structure): string | null {
  const { nodes } = section
  const urgent = nodes.find((node) => node.health === 'broken') ?? nodes.find((node) => node.url !== null)
  if (urgent !== undefined) return urgent.id
  const reach = (node: CrossSectionNode): number =>
    node.health === 'absent' ? 0 : litPath(section, node.id).nodeIds.size
  const widest = nodes.reduce<CrossSectionNode | null>(
    (best, node) => (best === null || reach(node) > reach(best) ? node : best),
    null,
  )
  return widest?.id ?? null
}

export interface Band {
  readonly stratum: Stratum
  /** From left to right, wrapped after `columnCount`. `column` counts from 0. */
  readonly places: readonly { readonly node: CrossSectionNode; readonly column: number; readonly row: number }[]
  readonly rowCount: number
}

/**
 * Puts every thing near what it stands on, so that lines run down rather than across. The machine's own band keeps
 * the order it came in; the others follow from it, one after the other.
 */
export function bandsOf(section: Structure, columnCount: number): Band[] {
  const columns = new Map<string, number>()
  const placed = new Map<Stratum, Band>()
  const layers: readonly Stratum[] = ['machine', 'hypervisor', 'hardware', 'guest', 'application']
  for (const stratum of layers) {
    const nodes = section.nodes.filter((node) => node.stratum === stratum)
    placed.set(stratum, { stratum, ...placeBand(nodes, section.links, columns, columnCount) })
  }
  return strataLayers.map((stratum) => placed.get(stratum) ?? { stratum, places: [], rowCount: 1 })
}

function placeBand(
  nodes: readonly CrossSectionNode[],
  links: readonly Link[],
  columns: Map<string, number>,
  columnCount: number,
): Omit<Band, 'stratum'> {
  const wishes = nodes.map((node, order) => ({ node, order, wanted: wantedColumn(node.id, links, columns) }))
  // Those that are tied to something come first; the rest fill what is free.
  const tied = wishes
    .filter((wish) => wish.wanted !== null)
    .sort((a, b) => (a.wanted ?? 0) - (b.wanted ?? 0) || a.order - b.order)
  const loose = wishes.filter((wish) => wish.wanted === null)
  const taken = new Map<number, CrossSectionNode>()
  const rowCount = Math.max(1, Math.ceil(nodes.length / columnCount))
  for (const { node, wanted } of [...tied, ...loose]) {
    // Half-way between two columns is the left one: what comes later in this order wants to be further right.
    taken.set(freeSlot(Math.ceil((wanted ?? 0) - 0.5), taken, columnCount, rowCount), node)
  }
  const places = [...taken]
    .sort(([a], [b]) => a - b)
    .map(([slot, node]) => ({ node, column: slot % columnCount, row: Math.floor(slot / columnCount) }))
  for (const { node, column } of places) columns.set(node.id, column)
  return { places, rowCount }
}

function wantedColumn(id: string, links: readonly Link[], columns: ReadonlyMap<string, number>): number | null {
  const near = links.flatMap((link) => {
    const other = link.upperId === id ? link.lowerId : link.lowerId === id ? link.upperId : null
    const column = other === null ? undefined : columns.get(other)
    return column === undefined ? [] : [column]
  })
  return near.length === 0 ? null : near.reduce((sum, column) => sum + column, 0) / near.length
}

/** The free slot nearest to a column, in the first row that has one; to the right when two are as near. */
function freeSlot(wanted: number, taken: ReadonlyMap<number, unknown>, columnCount: number, rowCount: number): number {
  for (let row = 0; row < rowCount; row += 1) {
    for (let distance = 0; distance < columnCount; distance += 1) {
      for (const column of [wanted + distance, wanted - distance]) {
        const slot = row * columnCount + column
        if (column >= 0 && column < columnCount && !taken.has(slot)) return slot
      }
    }
  }
  throw new RangeError('A band has a slot for each of its things.')
}

export type BandKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'

/** Where a key leads: sideways inside the band, up and down along a line where there is one. */
export function bandNeighbour(bands: readonly Band[], links: readonly Link[], fromId: string, key: BandKey): string {
  const bandIndex = bands.findIndex((band) => band.places.some((place) => place.node.id === fromId))
  const band = bands[bandIndex]
  if (band === undefined) return bands.find((each) => each.places.length > 0)?.places[0]?.node.id ?? fromId
  const index = band.places.findIndex((place) => place.node.id === fromId)
  const at = (place: number): string => band.places[place]?.node.id ?? fromId
  switch (key) {
    case 'ArrowLeft':
      return at(index - 1)
    case 'ArrowRight':
      return at(index + 1)
    case 'Home':
      return at(0)
    case 'End':
      return at(band.places.length - 1)
    case 'ArrowUp':
      return acrossBands(bands.slice(0, bandIndex).toReversed(), links, band.places[index], fromId)
    case 'ArrowDown':
      return acrossBands(bands.slice(bandIndex + 1), links, band.places[index], fromId)
  }
}

function acrossBands(
  onward: readonly Band[],
  links: readonly Link[],
  from: Band['places'][number] | undefined,
  fromId: string,
): string {
  const places = onward.flatMap((band, bandDistance) => band.places.map((place) => ({ ...place, bandDistance })))
  const linked = (id: string): boolean =>
    links.some(
      (link) => (link.upperId === fromId && link.lowerId === id) || (link.lowerId === fromId && link.upperId === id),
    )
  const cost = (place: (typeof places)[number]): number =>
    (linked(place.node.id) ? 0 : 10_000) + place.bandDistance * 100 + Math.abs(place.column - (from?.column ?? 0))
  return (
    places.reduce<(typeof places)[number] | null>(
      (best, place) => (best === null || cost(place) < cost(best) ? place : best),
      null,
    )?.node.id ?? fromId
  )
}
