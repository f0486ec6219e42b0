import { dirname, normalize } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { FileUse, Outside, ReachGround } from '../../definitions/reach/outside.ts'
import type { FileUses } from '../../disk-images/file-uses.ts'
import { detectFormat } from '../../disk-images/image-format.ts'
import { readImageHeader, type ImageHeader } from '../../disk-images/image-header.ts'
import { referencedFiles } from '../../disk-images/image-references.ts'
import { askOnce } from '../../disk-images/machines-with-disk.ts'
import { canonicalPath, orNull } from '../../hosts/place/files-of.ts'
import type { HostFiles } from '../../hosts/place/host-files.ts'
import type { Host } from '../../hosts/host.ts'
import { StrataError } from '../../strata-error.ts'
import type { HostPicture } from './host-picture.ts'

/** What the system's packages bring for every machine: everybody may read it, and no machine can write to it. */
const firmwareFolder = '/usr/share/'
const longestChain = 64

/** What a definition from elsewhere may have without a question: what lies in a storage pool, and is no other machine's. */
export function reachGround(picture: HostPicture): ReachGround {
  const { host } = picture

  async function isOwnFile(named: string, use: FileUse): Promise<boolean> {
    if (host.address.driver === 'test') return true // the test driver opens nothing
    const path = await canonicalPath(host, named)
    if (!path.startsWith('/') || normalize(path) !== path) return false
    if (use === 'read' && path.startsWith(firmwareFolder)) return true
    if (ownVariables(host).some((folder) => dirname(path) === folder)) return !(await picture.usesVariables(path))
    const pools = await Promise.all(
      host.inventory.pools().flatMap((pool) => (pool.path === null ? [] : [canonicalPath(host, pool.path)])),
    )
    return pools.includes(dirname(path)) && isFree(path, use)
  }

  /** One question a folder: it reads all machines, and a definition often names several files of one folder. */
  const asked = new Map<string, () => Promise<FileUses>>()
  function usesBeside(path: string): Promise<FileUses> {
    const except = picture.owner === null ? [] : [picture.owner]
    const folder = dirname(path)
    const ask = asked.get(folder) ?? askOnce(picture.fileUsers, { host, paths: [path], except })
    asked.set(folder, ask)
    return ask()
  }

  /** A medium may be in many machines, and a template's disk below many. Any other machine's disk is its own, also to read. */
  async function isFree(path: string, use: FileUse): Promise<boolean> {
    if (use === 'read' && path.toLowerCase().endsWith('.iso')) return true
    const uses = await (await usesBeside(path)).of(path)
    if (use !== 'read') return uses.length === 0
    return uses.every(({ owner, through }) => {
      if (through !== 'itself' || owner.kind === 'cloud-image') return true // reading it takes nothing from them
      return owner.kind === 'machine' && host.inventory.machine(owner.uuid)?.isTemplate === true
    })
  }

  /** A pool that does not run may hold anything when it does. */
  async function volumePath(poolName: string, name: string): Promise<string | null> {
    const pool = host.inventory.pools().find((each) => each.name === poolName)
    if (pool?.state !== 'running') return null
    const volume = await picture.findVolume(name)
    if (volume?.poolUuid === pool.uuid) return volume.path
    // Another pool has one of that name too.
    return pool.path === null || name.includes('/') ? null : `${pool.path}/${name}`
  }

  return {
    isOwnFile,
    volumePath: (pool, volume) =>
      host.address.driver === 'test' ? Promise.resolve(`/${volume}`) : volumePath(pool, volume),
    outsideOfImage: (path, format) =>
      host.files === null ? Promise.resolve([]) : below(host.files, path, format, isOwnFile),
  }
}

/** Where libvirt itself keeps what the firmware remembers. */
const ownVariables = ({ login }: Host) =>
  ['/var/lib/libvirt/qemu', ...(login === null ? [] : [`${login.configDir}/libvirt/qemu`])].map(
    (folder) => `${folder}/nvram`,
  )

/** What the headers of an image, and of those below it, name besides the pools' own volumes. */
async function below(
  files: HostFiles,
  top: string,
  topFormat: string | null,
  isOwnFile: ReachGround['isOwnFile'],
): Promise<readonly Outside[]> {
  const seen = new Set<string>()
  let next: { path: string; format: string | null } | null = { path: top, format: topFormat }
  // What is said to be raw is not looked into, by QEMU neither.
  while (next !== null && next.format !== null && next.format !== 'raw') {
    if (seen.has(next.path) || seen.size >= longestChain) return [outside(top, say('imports.imagesBelowWithoutEnd'))]
    seen.add(next.path)
    const path: string = next.path
    const backing: ImageHeader['backing'] = (await readImageHeader(files, path))?.backing ?? null
    if (backing === null) return standsAlone(files, top, path)
    if (!(await isOwnFile(backing.path, 'read'))) return [outside(top, backing.path)]
    next = { path: backing.path, format: backing.format ?? 'probed' } // without a format QEMU guesses, and so may we
  }
  return []
}

const outside = (image: string, named: string | Said): Outside => ({
  kind: 'reads',
  what: say('imports.imageWhoseOwnWord', { image, named }),
})

async function standsAlone(files: HostFiles, top: string, path: string): Promise<readonly Outside[]> {
  try {
    const found = files.withOpen(path, async (file): Promise<readonly Outside[]> => {
      const { sizeBytes } = file.facts
      const readAt = (offset: number, length: number) => file.readAt(offset, length)
      const detected = await detectFormat(readAt, sizeBytes)
      if (detected.kind === 'other') return [outside(top, say('imports.whatNames', { path, detected: detected.name }))]
      if (detected.kind !== 'image' && detected.kind !== 'vmdk-descriptor') return []
      const format = detected.kind === 'image' ? detected.format : 'vmdk-descriptor'
      const split = await referencedFiles(format, readAt, sizeBytes, path)
      return split === null ? [] : [outside(top, split.extents.map(({ fileName }) => fileName).join(', '))]
    })
    // Missing, and files that may not be read from here, are told elsewhere.
    return (await orNull(found)) ?? []
  } catch (error) {
    if (!(error instanceof StrataError)) throw error
    return error.code === 'unsupported' ? [outside(top, say('imports.otherFilesNames', { path }))] : []
  }
}
