import { basename } from 'node:path'

import type { DefinitionClash } from '@strata/contract/imports.ts'
import type { Volume } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { whyNotChanged } from '../../disk-images/why-not-changed.ts'
import { blocking, mended, removeElements, warning } from './element-edit.ts'
import type { HostPicture } from './host-picture.ts'

type Disk = DomainXml['devices']['disks'][number]

/** Disks whose files are not here are looked for in the pools by their names, and else left out. */
export async function mendFiles(domain: DomainXml, picture: HostPicture): Promise<DefinitionClash[]> {
  const clashes: DefinitionClash[] = []
  for (const disk of [...domain.devices.disks]) clashes.push(...(await mendDisk(domain, disk, picture)))
  for (const path of [domain.os.kernelPath, domain.os.initrdPath]) {
    if (path !== null && (await picture.fileState(path)) === 'missing')
      clashes.push(blocking('file-missing', say('imports.bootsNotHerePut', { path })))
  }
  return clashes
}

function mendDisk(domain: DomainXml, disk: Disk, picture: HostPicture): Promise<DefinitionClash[]> {
  switch (disk.type) {
    case 'volume':
      return mendVolume(domain, disk, picture)
    case 'file':
    case 'block':
      return mendPath(domain, disk, disk.source.file ?? disk.source.device, picture)
    default:
      return Promise.resolve([]) // what lies on a network is not for us to reach
  }
}

async function mendPath(
  domain: DomainXml,
  disk: Disk,
  path: string | null,
  picture: HostPicture,
): Promise<DefinitionClash[]> {
  if (path === null || path === '') return []
  const state = await picture.fileState(path)
  if (state !== 'missing') return state === 'there' ? inUse(disk, path, picture) : []
  const sentence = say('imports.notHere', { path, word: wordOf(disk) })
  const found = disk.type === 'file' ? await picture.findVolume(basename(path)) : null
  if (found === null) return [leaveOut(domain, disk, sentence)]
  useVolume(disk, found)
  return [
    mended('file-missing', sentence, say('imports.sameNameTaken', { path: found.path })),
    ...(await inUse(disk, found.path, picture)),
  ]
}

/** A file of that name may be another kind of image than the old one was; a definition that says otherwise would destroy it. */
function useVolume(disk: Disk, { path, format }: Volume): void {
  disk.source.file = path
  removeElements(disk.element, './backingStore')
  if (disk.device !== 'cdrom' && (format === 'qcow2' || format === 'raw')) disk.driver.type = format
}

/** A drive stays, without its medium; a disk goes. */
function leaveOut(domain: DomainXml, disk: Disk, sentence: Said): DefinitionClash {
  if (disk.device === 'cdrom' || disk.device === 'floppy') {
    removeElements(disk.element, './source')
    removeElements(disk.element, './backingStore')
    return mended('file-missing', sentence, say('imports.driveEmpty'))
  }
  const kind = disk.type === 'block' ? 'device-missing' : 'file-missing'
  removeElements(domain.element, './devices/disk', (element) => element === disk.element)
  return mended(kind, sentence, say('imports.machineWithoutDiskPut'))
}

async function inUse(disk: Disk, path: string, picture: HostPicture): Promise<DefinitionClash[]> {
  if (disk.device === 'cdrom' || disk.device === 'floppy' || disk.isReadOnly || disk.isShareable) return []
  const needed = await whyNotChanged(picture.fileUsers, { host: picture.host, paths: [path] })
  if (needed === null) return []
  return [blocking('file-in-use', say('imports.cannotDiskMachineWhat', { path, needed }))]
}

async function mendVolume(domain: DomainXml, disk: Disk, picture: HostPicture): Promise<DefinitionClash[]> {
  const { pool: poolName, volume: name } = disk.source
  if (poolName === null || name === null) return []
  const pool = picture.host.inventory.pools().find((each) => each.name === poolName)
  if (pool !== undefined && pool.state !== 'running')
    return [warning('pool-missing', say('imports.storagePoolNotRunning', { poolName, word: wordOf(disk), name }))]
  const found = await picture.findVolume(name)
  if (pool !== undefined && found?.poolUuid === pool.uuid) return inUse(disk, found.path, picture)
  const kind = pool === undefined ? 'pool-missing' : 'file-missing'
  const sentence =
    pool === undefined
      ? say('imports.thereNoStoragePool', { poolName, word: wordOf(disk), name })
      : say('imports.thereNoImageStorage', { name, poolName })
  const home = picture.host.inventory.pools().find((each) => each.uuid === found?.poolUuid)
  if (found === null || home === undefined) return [{ ...leaveOut(domain, disk, sentence), kind }]
  disk.source.pool = home.name
  return [
    mended(kind, sentence, say('imports.imageNameTaken', { home: home.name })),
    ...(await inUse(disk, found.path, picture)),
  ]
}

const wordOf = ({ device }: Disk) =>
  device === 'cdrom' ? 'CD' : device === 'floppy' ? say('imports.floppyDisk') : 'disk'
