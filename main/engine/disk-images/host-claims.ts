import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import { LibvirtError, type Connection, type Domain } from 'node-libvirt'
import { StoragePoolXml, XmlError } from 'node-libvirt/xml'

import { namedThings } from '../definitions/named-paths.ts'
import type { Host } from '../hosts/host.ts'
import { inParallel } from '../hosts/in-parallel.ts'
import { orNullWhenGone } from '../hosts/or-null-when-gone.ts'
import { joinClaims, type ClaimRole, type Claims, type FileClaim, type FileOwner } from './file-claim.ts'

/** A daemon works on five calls of a connection at a time; more of them only wait there. */
const machinesAtOnce = 8

/** What the machines of a host need, as the daemon describes them now: defined, running, at each restore point, and saved. */
export async function claimsOfHost(host: Host): Promise<Claims> {
  try {
    return await host.slow(async (connection) => {
      const domains = await connection.listAllDomains()
      const each = await inParallel(domains, machinesAtOnce, (domain) =>
        orNullWhenGone(claimsOfMachine(host, connection, domain)),
      )
      return joinClaims(each.filter((claims) => claims !== null))
    })
  } catch (error) {
    host.log.warn({ err: error, host: host.id }, 'who needs a file could not be asked')
    const sentence = say('diskImages.machinesCannotAskedWhether', { host: host.label })
    return { claims: [], unseen: [{ sentence }] }
  }
}

async function claimsOfMachine(host: Host, connection: Connection, domain: Domain): Promise<Claims> {
  const owner: FileOwner = { kind: 'machine', hostId: host.id, uuid: domain.uuid, name: domain.name }
  const texts = await textsOf(domain)
  const parts: Claims[] = []
  for (const { xml, role } of texts) parts.push(await claimsOfText(host, connection, owner, xml, role))
  return joinClaims(parts)
}

async function textsOf(domain: Domain): Promise<readonly { xml: string; role: ClaimRole | null }[]> {
  const [defined, isActive, isSaved, pointCount] = await Promise.all([
    domain.getXMLDesc(['inactive']),
    domain.isActive(),
    domain.hasManagedSaveImage(),
    domain.snapshotNum(),
  ])
  const live = isActive ? await orNullWhenGone(domain.getXMLDesc()) : null
  const saved = isSaved ? await savedDefinition(domain) : null
  const points = pointCount === 0 ? [] : await domain.listAllSnapshots()
  const pointTexts = await Promise.all(points.map((point) => nullWhenPointGone(point.getXMLDesc())))
  return [
    { xml: defined, role: null },
    ...(live === null ? [] : [{ xml: live, role: null }]),
    ...(saved === null ? [] : [{ xml: saved, role: 'saved-state' as const }]),
    ...pointTexts.filter((xml) => xml !== null).map((xml) => ({ xml, role: 'restore-point' as const })),
  ]
}

/** Null: it was discarded just now, or the driver keeps no definition in it. */
async function savedDefinition(domain: Domain): Promise<string | null> {
  try {
    return (await domain.connection.call('domainManagedSaveGetXmlDesc', { dom: domain.ref, flags: 0 })).xml
  } catch (error) {
    if (error instanceof LibvirtError && (error.code === 'operation-invalid' || error.code === 'no-support'))
      return null
    throw error
  }
}

async function nullWhenPointGone(asking: Promise<string>): Promise<string | null> {
  try {
    return await asking
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-domain-snapshot') return null
    throw error
  }
}

/**
 * What one text needs. @param role for all that is a disk of the text; null: as the text says
 */
export async function claimsOfText(
  host: Host,
  connection: Connection,
  owner: FileOwner,
  xml: string,
  role: ClaimRole | null,
): Promise<Claims> {
  try {
    const { paths, volumes } = namedThings(xml)
    const claims: FileClaim[] = paths.map(({ path, role: said }) => ({
      ...{ hostId: host.id, owner, path },
      role: said === 'disk' || said === 'below-disk' ? (role ?? said) : said,
    }))
    const unseen: Claims['unseen'][number][] = []
    for (const { pool, volume } of volumes) {
      const path = await volumePath(connection, pool, volume)
      if (path === null)
        unseen.push({
          sentence: say('diskImages.volumeStoragePoolNot', { name: nameOf(owner), volume, pool }),
        })
      else claims.push({ hostId: host.id, owner, path, role: role ?? 'disk' })
    }
    return { claims, unseen }
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return { claims: [], unseen: [{ sentence: say('diskImages.definitionCannotRead', { name: nameOf(owner) }) }] }
  }
}

/** Of a stopped pool, where the volume lies when the pool runs. Null: the pool is gone, or keeps no files. */
async function volumePath(connection: Connection, pool: string, volume: string): Promise<string | null> {
  try {
    const handle = await connection.storagePoolLookupByName(pool)
    if (await handle.isActive()) return await (await handle.storageVolLookupByName(volume)).getPath()
    const folder = StoragePoolXml.parse(await handle.getXMLDesc()).target.path
    return folder === null ? null : join(folder, volume)
  } catch (error) {
    if (error instanceof LibvirtError) return null
    throw error
  }
}

const nameOf = (owner: FileOwner) => ('name' in owner ? `“${owner.name}”` : say('diskImages.aMachine'))
