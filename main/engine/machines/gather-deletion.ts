import { dirname } from 'node:path'

import type { Machine } from '@strata/contract/machines.ts'
import type { Volume } from '@strata/contract/storage.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Domain } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import { machineFiles, type ImageUse, type MachineFiles } from '../definitions/machine-files.ts'
import { whyNeeded } from '../disk-images/file-use-words.ts'
import type { FileUses } from '../disk-images/file-uses.ts'
import type { EngineParts } from '../engine-parts.ts'
import { canonicalPath, factsOrNull } from '../hosts/place/files-of.ts'
import type { Host } from '../hosts/host.ts'
import { nullIfRefused } from '../null-if-refused.ts'
import { holdsFiles } from '../storage/file-pools.ts'
import { volumesByPath } from '../storage/list-volumes.ts'
import { impliedNvramPath, savedStatePath, tpmStatePath, type DaemonFolders } from './daemon-folders.ts'
import { ownMediaOf } from './own-media.ts'
import type { DeletionGround } from './plan-deletion.ts'

/** Looks at the host as it is now: definitions, running guests, volumes and files, and whoever else keeps files. */
export async function gatherDeletion(
  { fileUsers, folders: { dataDir } }: Pick<EngineParts, 'fileUsers' | 'folders'>,
  host: Host,
  machine: Machine,
  folders: DaemonFolders | null,
): Promise<DeletionGround> {
  return host.slow(async (connection) => {
    const volumes = await volumesByPath(connection)
    const domain = await connection.domainLookupByUUID(machine.uuid)
    const definition = DomainXml.parse(await domain.getXMLDesc(['inactive']))
    const ownMedia = await ownMediaOf(host, connection, machine, dataDir)
    const named = await withFirmware(host, await filesOf(host, domain, volumes), definition, folders)
    const own = withOwnMedia(named, ownMedia)
    const paths = [...own.images.map(({ path }) => path), ...(own.nvramPath === null ? [] : [own.nvramPath])]
    const owner = { kind: 'machine', hostId: host.id, uuid: machine.uuid, name: machine.name } as const
    const uses = await fileUsers.ask({ host, paths, except: [owner] })
    const imagesBelow = await belowEach(uses, own.images)
    const ground = {
      machine: own,
      ownMedia,
      neededBy: await needs(uses, [...paths, ...[...imagesBelow.values()].flat()]),
      imagesBelow,
      unseen: uses.unseen[0]?.sentence ?? null,
      isInPool: await poolMembership(host, volumes),
      reachesFiles: host.files !== null,
      savedStatePath: machine.hasSavedState && folders !== null ? savedStatePath(folders, machine.name) : null,
      tpmStatePath: own.hasTpmState && folders !== null ? tpmStatePath(folders, machine.uuid) : null,
      hasOwnVariablesPlace: own.nvramPath !== null && dirname(own.nvramPath) === folders?.firmwareVariables,
    }
    return { ...ground, allocationBytesOf: await allocations(host, domain, ground, volumes) }
  })
}

/** What Strata made for the machine and no drive of it holds, such as the kernel of an installation that goes on. */
function withOwnMedia(files: MachineFiles, ownMedia: ReadonlySet<string>): MachineFiles {
  const held = new Set(files.images.map(({ path }) => path))
  const others = [...ownMedia].filter((path) => !held.has(path))
  const drive = { targetDev: '', device: 'cdrom', readOnly: true, kind: 'file' } as const
  const further = others.map((path): ImageUse => ({ ...drive, path, pool: null, volume: null, backingPaths: [] }))
  return { ...files, images: [...files.images, ...further] }
}

async function belowEach(uses: FileUses, images: readonly ImageUse[]): Promise<Map<string, readonly string[]>> {
  const below = new Map<string, readonly string[]>()
  for (const { path, device } of images) if (device === 'disk') below.set(path, await uses.below(path))
  return below
}

async function needs(uses: FileUses, paths: readonly string[]): Promise<Map<string, Said>> {
  const needed = new Map<string, Said>()
  for (const path of new Set(paths)) {
    const [first] = await uses.of(path)
    if (first !== undefined) needed.set(path, whyNeeded(first))
  }
  return needed
}

/** By its volumes, and by the folders of pools: a pool does not know of files that came after its last look. */
async function poolMembership(host: Host, volumes: ReadonlyMap<string, Volume>): Promise<(path: string) => boolean> {
  if (host.address.driver === 'test') return () => true // there are no files
  const folders = host.inventory.pools().flatMap((pool) => (pool.path !== null && holdsFiles(pool) ? [pool.path] : []))
  const real = (paths: Iterable<string>) => Promise.all([...paths].map((path) => canonicalPath(host, path)))
  const [files, places] = [new Set(await real(volumes.keys())), new Set(await real(folders))]
  return (path) => files.has(path) || places.has(dirname(path))
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
  const canBeSeen = host.address.scope === 'session' && host.files !== null // the system daemon's folder is closed: there it may be, so it is told
  return canBeSeen && (await fileBytes(host, path)) === null ? files : { ...files, nvramPath: path }
}

async function located(host: Host, image: ImageUse, volumes: ReadonlyMap<string, Volume>): Promise<ImageUse> {
  if (image.kind !== 'volume') return { ...image, path: await canonicalPath(host, image.path) }
  const pool = host.inventory.pools().find(({ name }) => name === image.pool)
  const volume = [...volumes.values()].find((each) => each.poolUuid === pool?.uuid && each.name === image.volume)
  const path = volume === undefined ? '' : await canonicalPath(host, volume.path)
  return { ...image, path, kind: volume === undefined ? 'volume' : 'file' }
}

async function allocations(
  host: Host,
  domain: Domain,
  ground: Pick<DeletionGround, 'machine' | 'imagesBelow' | 'savedStatePath' | 'tpmStatePath'>,
  volumes: ReadonlyMap<string, Volume>,
): Promise<Map<string, number | null>> {
  const known = new Map<string, number | null>()
  const listed = new Map<string, number>()
  for (const volume of volumes.values()) listed.set(await canonicalPath(host, volume.path), volume.allocationBytes)
  for (const image of ground.machine.images) {
    const bytes =
      listed.get(image.path) ??
      (await fileBytes(host, image.path)) ??
      (await nullIfRefused(domain.getBlockInfo(image.targetDev)))?.allocationBytes
    if (bytes !== undefined) known.set(image.path, bytes)
  }
  for (const path of [
    ...[...ground.imagesBelow.values()].flat(),
    ground.machine.nvramPath,
    ground.savedStatePath,
    ground.tpmStatePath,
  ]) {
    if (path !== null && !known.has(path)) known.set(path, listed.get(path) ?? (await fileBytes(host, path)))
  }
  return known
}

/** Null: not there, or not to be seen from here. */
async function fileBytes(host: Host, path: string): Promise<number | null> {
  const facts = host.files === null ? null : await factsOrNull(host.files, path)
  return facts === null ? null : (facts.allocatedBytes ?? facts.sizeBytes)
}
