import { stat } from 'node:fs/promises'

import type { Volume } from '@strata/contract/storage.ts'
import type { Machine } from '@strata/contract/machines.ts'
import type { Connection, Domain } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { orNullWhenGone } from '../hosts/or-null-when-gone.ts'
import { nullIfRefused } from '../null-if-refused.ts'
import { canonicalPath, filesAreHere } from '../hosts/files-here.ts'
import { readBackingPath } from '../disk-images/image-header.ts'
import { volumesByPath } from '../storage/list-volumes.ts'
import { systemCodeOf } from '../strata-error.ts'
import { impliedNvramPath, savedStatePath, tpmStatePath, type DaemonFolders } from './daemon-folders.ts'
import { machineFiles, type ImageUse, type MachineFiles } from '../definitions/machine-files.ts'
import type { DeletionGround } from './plan-deletion.ts'

/** Looks at the host as it is now: definitions, running guests, volumes and files. */
export async function gatherDeletion(
  host: Host,
  machine: Machine,
  folders: DaemonFolders | null,
): Promise<DeletionGround> {
  return host.slow(async (connection) => {
    const volumes = await volumesByPath(connection)
    const domain = await connection.domainLookupByUUID(machine.uuid)
    const definition = DomainXml.parse(await domain.getXMLDesc(['inactive']))
    const own = await withFirmware(host, await filesOf(host, domain, volumes), definition, folders)
    const others = await filesOfOthers(host, connection, machine.uuid, volumes)
    const backingPathOf = await backingPaths(host, [own, ...others], volumes)
    const ground = {
      machine: own,
      others,
      backingPathOf,
      savedStatePath: machine.hasSavedState && folders !== null ? savedStatePath(folders, machine.name) : null,
      tpmStatePath: own.hasTpmState && folders !== null ? tpmStatePath(folders, machine.uuid) : null,
    }
    return { ...ground, allocationBytesOf: await allocations(host, domain, ground, volumes) }
  })
}

/** All machines but one, with what each has now and what it will have at its next start. */
export async function filesOfOthers(
  host: Host,
  connection: Connection,
  uuid: string | null,
  volumes: ReadonlyMap<string, Volume>,
): Promise<MachineFiles[]> {
  const domains = (await connection.listAllDomains()).filter((domain) => domain.uuid !== uuid)
  const files = await Promise.all(domains.map((domain) => orNullWhenGone(filesOf(host, domain, volumes))))
  return files.filter((each) => each !== null)
}

async function filesOf(host: Host, domain: Domain, volumes: ReadonlyMap<string, Volume>): Promise<MachineFiles> {
  const texts = await Promise.all([
    domain.getXMLDesc(['inactive']),
    ...(domain.id === null ? [] : [domain.getXMLDesc()]),
  ])
  const [defined, ...live] = texts.map((text) => machineFiles(DomainXml.parse(text)))
  const both = [...(defined?.images ?? []), ...live.flatMap(({ images }) => images)]
  const images = await Promise.all(both.map((image) => located(host, image, volumes)))
  return {
    uuid: domain.uuid,
    name: domain.name,
    images: images.filter((image) => image.path !== ''),
    nvramPath: live[0]?.nvramPath ?? defined?.nvramPath ?? null,
    hasTpmState: defined?.hasTpmState ?? false,
    ownMedia: await Promise.all((defined?.ownMedia ?? []).map((path) => canonicalPath(host, path))),
  }
}

/** A UEFI machine need not name its variables; those that it would use are its own, once it has run. */
async function withFirmware(
  host: Host,
  files: MachineFiles,
  definition: DomainXml,
  folders: DaemonFolders | null,
): Promise<MachineFiles> {
  if (files.nvramPath !== null || definition.os.firmware !== 'efi' || folders === null) return files
  const path = impliedNvramPath(folders, files.name)
  const canBeSeen = host.kind === 'session' // the system daemon's folder is closed: there it may be, so it is told
  return canBeSeen && (await fileBytes(host, path)) === null ? files : { ...files, nvramPath: path }
}

async function located(host: Host, image: ImageUse, volumes: ReadonlyMap<string, Volume>): Promise<ImageUse> {
  if (image.kind !== 'volume') {
    const backingPaths = await Promise.all(image.backingPaths.map((path) => canonicalPath(host, path)))
    return { ...image, path: await canonicalPath(host, image.path), backingPaths }
  }
  const pool = host.inventory.pools().find(({ name }) => name === image.pool)
  const volume = [...volumes.values()].find((each) => each.poolUuid === pool?.uuid && each.name === image.volume)
  return { ...image, path: volume?.path ?? '', kind: volume === undefined ? 'volume' : 'file' }
}

/** Which image lies below which: by the pools, and by the headers of images that lie in none. */
export async function backingPaths(
  host: Host,
  machines: readonly MachineFiles[],
  volumes: ReadonlyMap<string, Volume>,
): Promise<Map<string, string>> {
  const below = new Map<string, string>()
  for (const { path, backingPath } of volumes.values())
    if (backingPath !== null) below.set(path, await canonicalPath(host, backingPath))
  if (!filesAreHere(host)) return below
  const queue = machines.flatMap(({ images }) =>
    images.filter((image) => image.device === 'disk' && image.kind === 'file').map(({ path }) => path),
  )
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (volumes.has(path) || below.has(path)) continue
    const backing = await readBackingPath(path)
    if (backing === null) continue
    below.set(path, await canonicalPath(host, backing))
    queue.push(backing)
  }
  return below
}

async function allocations(
  host: Host,
  domain: Domain,
  ground: Omit<DeletionGround, 'allocationBytesOf'>,
  volumes: ReadonlyMap<string, Volume>,
): Promise<Map<string, number | null>> {
  const known = new Map<string, number | null>()
  for (const image of ground.machine.images) {
    const bytes =
      volumes.get(image.path)?.allocationBytes ??
      (await fileBytes(host, image.path)) ??
      (await nullIfRefused(domain.getBlockInfo(image.targetDev)))?.allocationBytes
    if (bytes !== undefined) known.set(image.path, bytes)
  }
  for (const path of [
    ...ground.backingPathOf.values(),
    ground.machine.nvramPath,
    ground.savedStatePath,
    ground.tpmStatePath,
  ]) {
    if (path !== null && !known.has(path))
      known.set(path, volumes.get(path)?.allocationBytes ?? (await fileBytes(host, path)))
  }
  return known
}

/** Null: not there, or not to be seen from here. */
async function fileBytes(host: Host, path: string): Promise<number | null> {
  if (!filesAreHere(host)) return null
  try {
    return (await stat(path)).blocks * 512
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}
