import type { Domain } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import { readStrataFacts, writeStrataFacts, type Installation } from '../definitions/strata-metadata.ts'

type Disk = DomainXml['devices']['disks'][number]

const isRemovable = ({ device }: Disk) => device === 'cdrom' || device === 'floppy'

/**
 * The definition of a machine whose system is installed: its drives are empty, what only the installer read is gone, and
 * it boots by its firmware, from its disk.
 */
export function withoutInstallation(definition: DomainXml, installation: Installation): DomainXml {
  const { devices, os } = definition
  for (const disk of [...devices.disks]) {
    if (!installation.drives.includes(disk.target.device ?? '')) continue
    if (isRemovable(disk)) emptyDrive(disk)
    else devices.disks.remove(disk)
  }
  if (os.kernelPath !== null && installation.files.includes(os.kernelPath)) {
    os.kernelPath = null
    os.initrdPath = null
    os.kernelCommandLine = null
    definition.onReboot = 'restart' // it had to stop, as a restart would have begun the installation again
  }
  const facts = readStrataFacts(definition.metadata)
  const ownMedia = facts.ownMedia.filter((path) => !installation.files.includes(path))
  writeStrataFacts(definition.metadata, { ...facts, installation: null, ownMedia })
  return definition
}

function emptyDrive(disk: Disk): void {
  disk.source.file = null
  disk.source.startupPolicy = null
}

/** Takes the media out of the drives of a machine that runs. */
export async function ejectLive(domain: Domain, installation: Installation): Promise<void> {
  const { disks } = DomainXml.parse(await domain.getXMLDesc()).devices
  for (const disk of disks) {
    if (!installation.drives.includes(disk.target.device ?? '') || !isRemovable(disk)) continue
    if (disk.source.file === null) continue
    emptyDrive(disk)
    await domain.updateDeviceFlags(disk.element.toString(), ['live', 'force'])
  }
}

/** Bytes that the guest has read since its QEMU was started, from its disks and from the media it may install from. */
export interface BytesRead {
  readonly disk: number
  readonly media: number
}

export async function readBytesRead(domain: Domain): Promise<BytesRead> {
  const { disks } = DomainXml.parse(await domain.getXMLDesc()).devices
  const sums = { disk: 0, media: 0 }
  for (const disk of disks) {
    if (disk.target.device === null || (disk.source.file === null && isRemovable(disk))) continue
    const { readBytes } = await domain.blockStats(disk.target.device)
    sums[isRemovable(disk) || disk.isReadOnly ? 'media' : 'disk'] += readBytes
  }
  return sums
}

/** A boot loader and a kernel are more than this; a firmware that looks at a disk and goes on to the next reads less. */
const bootBytes = 1024 ** 2

/** What the guest has booted from since it started again; null: it has not read enough yet to tell. */
export function bootedFrom(before: BytesRead, now: BytesRead): 'disk' | 'media' | null {
  const disk = now.disk - before.disk
  const media = now.media - before.media
  if (Math.max(disk, media) < bootBytes) return null
  return disk > media ? 'disk' : 'media'
}
