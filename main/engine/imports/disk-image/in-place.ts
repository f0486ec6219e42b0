import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { closedWay } from '../../repairs/file-reach.ts'
import type { Host } from '../../hosts/host.ts'
import { StrataError } from '../../strata-error.ts'
import type { FileUsers } from '../../disk-images/file-users.ts'
import { whyNotChanged } from '../../disk-images/why-not-changed.ts'
import type { InspectedImage } from '../../disk-images/inspect-part.ts'

/** Formats that QEMU writes to well, and libvirt has a word for. */
const writableLayouts = new Set([null, 'monolithicSparse'])

/**
 * Whether an image can become a machine's disk where it lies. Gives what should be known before, in sentences.
 * @throws StrataError that says why it cannot
 */
export async function checkInPlace(fileUsers: FileUsers, host: Host, image: InspectedImage): Promise<Said[]> {
  const { path } = image.source
  if (host.files?.sharesPaths !== true)
    throw refused('unsupported', image, say('imports.fileComputerMachineRun', { host: host.label }))
  if (image.format === 'vhdx' || !writableLayouts.has(image.layout))
    throw refused('unsupported', image, say('imports.machinesHereCannotWrite'))
  if (image.isCorrupt) throw refused('invalid-input', image, say('imports.damagedOwnWordRepair'))
  const closed = await whyClosed(host, path)
  if (closed !== null) throw refused('not-permitted', image, closed)
  const needed = await whyNotChanged(fileUsers, { host, paths: [path] })
  if (needed !== null) throw refused('busy', image, say('imports.machineWritesDestroyWhat', { needed }))
  return [
    say('imports.itselfBecomesDiskAll', { fileName: image.fileName }),
    ...(image.format === 'qcow2' ? [] : [say('imports.cannotKeepRestorePoints', { format: image.format })]),
  ]
}

/** Null: QEMU may read and write it. */
async function whyClosed(host: Host, path: string): Promise<Said | null> {
  if (host.address.scope === 'system') return (await closedWay(host, path, 'read-write'))?.sentence ?? null
  // Machines of the session run as this user.
  const isOpen = (await host.files?.mayUse(path, 'read')) === true && (await host.files?.mayUse(path, 'write')) === true
  return isOpen ? null : say('imports.cannotWrittenNotYours')
}

function refused(
  code: 'unsupported' | 'invalid-input' | 'not-permitted' | 'busy',
  image: InspectedImage,
  why: Said,
): StrataError {
  return new StrataError(code, say('imports.cannotUsedPlaceCopied', { fileName: image.fileName, why }), {
    field: 'source',
    detail: image.source.path,
  })
}
