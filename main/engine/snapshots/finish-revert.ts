import { LibvirtError, type Connection } from 'node-libvirt'
import { DomainSnapshotXml } from 'node-libvirt/xml'

import { standsAtPoint } from '../disk-images/stands-at-point.ts'
import type { Host } from '../hosts/host.ts'
import { KeptVariables, putVariables } from './kept-variables.ts'
import { lookAtMachine } from './machine-now.ts'
import { disksOfPoint } from './point-disks.ts'
import { currentPointName } from './read-points.ts'
import { variablesOf } from './firmware-variables.ts'

export interface CutShortRevert {
  readonly uuid: string
  readonly name: string
}

/**
 * After the engine died while it took a machine back: the UEFI variables follow the disks where these stand at the point
 * to the last byte, as nothing was written since. Whatever is not as sure as that is left as it is.
 * @returns whether the machine is wholly at the point
 */
export async function finishRevert(host: Host, dataDir: string, { uuid, name }: CutShortRevert): Promise<boolean> {
  const machine = host.inventory.machine(uuid)
  if (machine === null) return false
  return host.slow(async (connection) => {
    const point = await readPoint(connection, uuid, name)
    if (point === null) return false
    const now = await lookAtMachine(host, connection, machine)
    if ((await now.domain.isActive()) || (await currentPointName(now.domain)) !== name) return false
    const setBack = (await disksOfPoint(connection, point)).filter(({ isSetBack }) => isSetBack)
    const { files } = host
    if (files === null) return false
    const stands = await Promise.all(
      setBack.map(async ({ path }) => (path === null ? null : standsAtPoint(files, path, name))),
    )
    if (stands.length === 0 || !stands.every((each) => each === true)) return false
    const variables = await variablesOf(host, now)
    if (variables.kind === 'none' || variables.kind === 'in-an-image') return true
    const content = await new KeptVariables(dataDir).read({ hostId: host.id, uuid }, point)
    if (variables.kind !== 'file' || content === null) return false
    await putVariables(variables.path, content)
    return true
  })
}

/** Null: the machine or the point is not there any more. */
async function readPoint(connection: Connection, uuid: string, name: string): Promise<DomainSnapshotXml | null> {
  try {
    const snapshot = await (await connection.domainLookupByUUID(uuid)).snapshotLookupByName(name)
    return DomainSnapshotXml.parse(await snapshot.getXMLDesc())
  } catch (error) {
    if (error instanceof LibvirtError && (error.code === 'no-domain' || error.code === 'no-domain-snapshot'))
      return null
    throw error
  }
}
