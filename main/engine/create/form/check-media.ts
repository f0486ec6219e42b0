import type { MachineSource, MediaSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../../hosts/host.ts'
import { findImage, type DiskImageFacts } from '../../imports/disk-image/inspect-disk-image.ts'
import { moveWay, type MoveParts } from '../../imports/disk-image/move-way.ts'
import { mayStayHere } from '../../storage/read-media.ts'
import { StrataError } from '../../strata-error.ts'
import { closedWay } from '../../repairs/file-reach.ts'
import { fromError, stopping, warning, type Finding, type PartialForm } from './findings.ts'
import type { InspectedDiskImage, InspectedIso } from '../sources/media.ts'

type SourceOf<K extends MachineSource['kind']> = Extract<MachineSource, { kind: K }>

/** An ISO that was looked at, against how it is to be used. */
export async function checkIso(
  host: Host,
  inspected: InspectedIso,
  source: SourceOf<'iso'>,
  form: PartialForm,
): Promise<Finding[]> {
  const { found } = inspected
  const used = (use: 'in-place' | 'upload') => ({ ...source, media: { ...source.media, use } as MediaSource })
  return [
    ...checkIsoBoot(inspected, form),
    ...checkAnswers(inspected, source, form),
    ...checkUpload(host, { found, source: used('in-place') }, form),
    ...(await checkAccess(host, found.source, used('upload'), 'read')),
  ]
}

function checkIsoBoot({ found, image }: InspectedIso, { firmware }: PartialForm): Finding[] {
  if (!found.bootable) return [warning('source', say('create.cannotBootedNoBoot', { fileName: found.fileName }))]
  if (firmware === 'bios' && !image.bootsBios) {
    return [
      stopping('firmware', 'invalid-input', say('create.bootsOnlyUefi', { fileName: found.fileName }), {
        suggestion: { firmware: 'uefi' },
      }),
    ]
  }
  if ((firmware === 'uefi' || firmware === 'uefi-secure') && !image.bootsUefi) {
    return [
      stopping('firmware', 'invalid-input', say('create.bootsOnlyBios', { fileName: found.fileName }), {
        suggestion: { firmware: 'bios' },
      }),
    ]
  }
  return []
}

function checkAnswers({ found }: InspectedIso, source: SourceOf<'iso'>, { setup }: PartialForm): Finding[] {
  if (source.installs === 'by-hand') return []
  const suggestion = { source: { ...source, installs: 'by-hand' as const } }
  if (found.answers === null) {
    const message = say('create.installerCannotGivenAnswers', { fileName: found.fileName })
    return [stopping('source', 'unsupported', message, { suggestion })]
  }
  if (setup !== null) return []
  return [stopping('setup', 'invalid-input', say('create.installerRunItselfBut'), { suggestion })]
}

/** Whether a file that is to be copied has room; `source` is the form's with the file used where it lies. */
function checkUpload(
  host: Host,
  { found, source }: { found: InspectedIso['found']; source: MachineSource },
  { poolUuid }: PartialForm,
): Finding[] {
  if (found.source.kind !== 'file' || found.source.use !== 'upload' || poolUuid == null) return []
  const pool = host.inventory.pool(poolUuid)
  if (pool?.state !== 'running' || found.sizeBytes < pool.availableBytes) return []
  const message = say('create.doesNotFitInto', {
    fileName: found.fileName,
    size: found.sizeBytes,
    pool: pool.name,
    available: pool.availableBytes,
  })
  return [stopping('source', 'out-of-space', message, { suggestion: mayStayHere(host) ? { source } : null })]
}

/** The user that runs the machines has to reach the file where it lies. @param copied the form's source with the file copied */
async function checkAccess(
  host: Host,
  media: MediaSource,
  copied: MachineSource,
  right: 'read' | 'read-write',
): Promise<Finding[]> {
  if (media.kind !== 'file' || media.use !== 'in-place') return []
  const closed = await closedWay(host, media.path, right)
  if (closed === null) return []
  return [
    stopping('source', 'not-permitted', say('create.openWayOrCopied', { sentence: closed.sentence }), {
      repairs: [...closed.repairs],
      suggestion: { source: copied },
    }),
  ]
}

/** A disk image that was looked at, against how it is to be used. */
export async function checkDiskImage(
  parts: MoveParts,
  host: Host,
  { facts }: InspectedDiskImage,
  source: SourceOf<'disk-image'>,
  { firmware, poolUuid }: PartialForm,
): Promise<Finding[]> {
  const { fileName, format, isCorrupt, bootable } = facts
  const copied = { ...source, disk: 'copy' as const }
  const findings: Finding[] = []
  if (isCorrupt) findings.push(warning('source', say('create.damagedWhatMadeMay', { fileName })))
  if (bootable === false) findings.push(warning('source', say('create.nothingCouldBooted', { fileName })))
  if (facts.firmware === 'uefi' && firmware === 'bios')
    findings.push(warning('firmware', say('create.bootsOnlyUefi', { fileName }), { suggestion: { firmware: 'uefi' } }))
  if (facts.firmware === 'bios' && firmware !== undefined && firmware !== 'bios')
    findings.push(warning('firmware', say('create.madeBootBios', { fileName }), { suggestion: { firmware: 'bios' } }))
  if (source.disk === 'copy') return [...findings, ...checkCopy(host, facts, poolUuid)]
  if (source.disk === 'move') {
    try {
      const way = await moveWay(parts, host, {
        media: source.media,
        found: await findImage(host, source.media),
        poolUuid: poolUuid ?? undefined,
      })
      return way === 'rename' ? findings : [...findings, ...checkCopy(host, facts, poolUuid)]
    } catch (error) {
      if (!(error instanceof StrataError) || error.code === 'host-unreachable' || error.code === 'connection-lost')
        throw error
      return [...findings, fromError('source', error, { suggestion: { source: copied } })]
    }
  }
  if (format === 'vhdx' || format === 'vpc')
    findings.push(
      stopping('source', 'unsupported', say('create.machinesCannotWriteImage', { format }), {
        suggestion: { source: copied },
      }),
    )
  return [...findings, ...(await checkAccess(host, source.media, copied, 'read-write'))]
}

function checkCopy(host: Host, { fileName, sizeBytes }: DiskImageFacts, poolUuid: PartialForm['poolUuid']): Finding[] {
  const pool = poolUuid == null ? null : host.inventory.pool(poolUuid)
  if (pool?.state !== 'running' || sizeBytes <= pool.availableBytes) return []
  const message = say('create.doesNotFitInto', {
    fileName,
    size: sizeBytes,
    pool: pool.name,
    available: pool.availableBytes,
  })
  return [stopping('source', 'out-of-space', message)]
}
