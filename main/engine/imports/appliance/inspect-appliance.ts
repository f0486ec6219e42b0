import { basename } from 'node:path'

import type { Appliance, ApplianceDisk, ImageFormat } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../../strata-error.ts'
import { formatOf } from '../../disk-images/inspect-part.ts'
import { partOf, withLocalFile } from '../../this-computer/local-file.ts'
import { openAppliance, readTextPart, type ApplianceFiles, type AppliancePart } from './appliance-files.ts'
import { parseManifest, type Manifest } from './manifest.ts'
import { readOvf, type OvfDisk, type OvfMachine } from './ovf-document.ts'

/** An appliance with what its files are, as the import needs it. */
export interface OpenedAppliance {
  readonly picture: Appliance
  readonly files: ApplianceFiles
  readonly manifest: Manifest | null
  readonly disks: readonly OpenedDisk[]
}

export interface OpenedDisk {
  readonly picture: ApplianceDisk
  /** Null: it begins empty. */
  readonly part: AppliancePart | null
  readonly isCompressed: boolean
}

/** Looks into an OVA or OVF; reads headers only. @throws StrataError with the field 'path' */
export async function openAndInspect(path: string): Promise<OpenedAppliance> {
  try {
    return await open(path)
  } catch (error) {
    if (!(error instanceof StrataError)) throw error
    const { detail, repairs } = error.data
    throw new StrataError(error.code, error.message, {
      cause: error,
      detail: detail ?? undefined,
      repairs,
      field: 'path',
    })
  }
}

async function open(path: string): Promise<OpenedAppliance> {
  const files = await openAppliance(path)
  const machine = readOvf(await readTextPart(files.descriptor))
  const stem = files.descriptor.name.replace(/\.ovf$/i, '')
  const manifestPart = await files.find(`${stem}.mf`)
  const manifest = manifestPart === null ? null : parseManifest(await readTextPart(manifestPart))
  const disks: OpenedDisk[] = []
  for (const disk of machine.disks) disks.push(await openDisk(files, disk))
  return { picture: await pictureOf(files, machine, disks, manifest, stem), files, manifest, disks }
}

async function pictureOf(
  files: ApplianceFiles,
  machine: OvfMachine,
  disks: readonly OpenedDisk[],
  manifest: Manifest | null,
  stem: string,
): Promise<Appliance> {
  const unchecked = disks.filter(({ part }) => part !== null && manifest?.digests.has(part.name) !== true)
  return {
    ...machine,
    path: files.path,
    disks: disks.map(({ picture }) => picture),
    checksums: manifest?.algorithm ?? null,
    isSigned: (await files.find(`${stem}.cert`)) !== null,
    warnings: [...machine.warnings, ...(unchecked.length > 0 ? [say('imports.bringsNoChecksumsFor')] : [])],
  }
}

async function openDisk(files: ApplianceFiles, disk: OvfDisk): Promise<OpenedDisk> {
  const part = disk.file === null ? null : await files.find(disk.file.href)
  if (disk.file !== null && part === null) {
    throw new StrataError(
      'not-found',
      say('imports.diskMissingNotOr', { href: disk.file.href, fileName: basename(files.path) }),
      {
        field: 'path',
      },
    )
  }
  const isCompressed = disk.file?.isCompressed ?? false
  const found = part === null || isCompressed ? null : await headerOf(part)
  const capacityBytes = found?.capacityBytes ?? disk.capacityBytes
  if (capacityBytes === null) {
    throw new StrataError('unsupported', say('imports.applianceDoesNotSay'), { field: 'path' })
  }
  return {
    part,
    isCompressed,
    picture: {
      fileName: part?.name ?? null,
      capacityBytes,
      format: found?.format ?? null,
      sizeBytes: part?.sizeBytes ?? 0,
      controller: disk.controller,
      bus: busOf(disk.controller),
    },
  }
}

/**
 * A system finds its disk on the bus that it knows. AHCI's driver comes with every system of the last fifteen years; those
 * of virtio do not, and without one the machine would not boot.
 */
function busOf(controller: ApplianceDisk['controller']): ApplianceDisk['bus'] {
  return controller === 'virtio' ? 'scsi' : 'sata'
}

/** From the image's own first bytes; of formats that keep their size elsewhere the description is believed. */
async function headerOf(part: AppliancePart): Promise<{ format: ImageFormat; capacityBytes: number | null }> {
  return withLocalFile(part.path, 'path', async (file) => {
    const readAt = partOf(file.readAt, part.offsetBytes, part.sizeBytes)
    const { format } = await formatOf(readAt, part.sizeBytes, part.name)
    const head = await readAt(0, 512)
    const sectors = format === 'vmdk' && head.toString('latin1', 0, 4) === 'KDMV' ? Number(head.readBigUInt64LE(12)) : 0
    return { format, capacityBytes: sectors > 0 ? sectors * 512 : null }
  })
}
