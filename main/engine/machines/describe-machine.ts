import type { Domain } from 'node-libvirt'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import { withoutScreenPasswords } from './screen-password.ts'

/** What is needed to define a machine again as it was. */
export interface DescribedMachine {
  /** Without passwords. */
  readonly definition: string
  readonly hadScreenPassword: boolean
  readonly autostart: boolean
  /** Parents before children. */
  readonly restorePoints: { xml: string; current: boolean }[]
  readonly restorePointCount: number
}

/** What libvirt knows of a machine and would forget with its definition. */
export async function describeMachine(domain: Domain, nvramPath: string | null): Promise<DescribedMachine> {
  const definition = DomainXml.parse(await domain.getXMLDesc(['inactive', 'secure']))
  const hadScreenPassword = withoutScreenPasswords(definition)
  // The place of the firmware's variables may only follow from the name; written down it holds whatever happens.
  if (nvramPath !== null) definition.os.nvram.path = nvramPath
  const restorePoints = await describePoints(domain)
  return {
    definition: definition.toString(),
    hadScreenPassword,
    autostart: await domain.getAutostart(),
    restorePoints,
    restorePointCount: restorePoints.length,
  }
}

async function describePoints(domain: Domain): Promise<DescribedMachine['restorePoints']> {
  const points = await Promise.all(
    (await domain.listAllSnapshots()).map(async (snapshot) => {
      const xml = await snapshot.getXMLDesc() // without 'secure': no passwords
      return {
        name: snapshot.name,
        parentName: DomainSnapshotXml.parse(xml).parentName,
        xml,
        current: await snapshot.isCurrent(),
      }
    }),
  )
  return parentsFirst(points).map(({ xml, current }) => ({ xml, current }))
}

/** libvirt takes a point only when its parent is there. */
export function parentsFirst<Point extends { readonly name: string; readonly parentName: string | null }>(
  points: readonly Point[],
): Point[] {
  const names = new Set(points.map(({ name }) => name))
  const ordered: Point[] = []
  const addBelow = (parentName: string | null) => {
    for (const point of points) {
      const parent = point.parentName !== null && names.has(point.parentName) ? point.parentName : null
      if (parent !== parentName || ordered.includes(point)) continue
      ordered.push(point)
      addBelow(point.name)
    }
  }
  addBelow(null)
  return ordered
}
