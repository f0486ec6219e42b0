import type { MachineSource, MediaSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../../engine-parts.ts'
import type { Host } from '../../hosts/host.ts'
import { openAndInspect } from '../../imports/appliance/inspect-appliance.ts'
import { definitionReaches, inspectDefinition } from '../../imports/definition/inspect-definition.ts'
import { StrataError } from '../../strata-error.ts'
import { checkDiskImage, checkIso } from './check-media.ts'
import { checkRestorePoint } from './check-restore-point.ts'
import { closedWay } from '../../repairs/file-reach.ts'
import { fromError, stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { inspectIsoMedia, inspectMedia } from '../sources/media.ts'

type SourceOf<K extends MachineSource['kind']> = Extract<MachineSource, { kind: K }>
export type SourceParts = Pick<EngineParts, 'catalogue' | 'images' | 'folders' | 'hosts' | 'fileUsers'>

/** Whether the source is there, is what it is taken for, and goes together with the rest of the form. */
export async function checkSource(parts: SourceParts, host: Host, form: PartialForm): Promise<Finding[]> {
  const { source } = form
  if (source === undefined) return []
  return orFinding(checkKind(parts, host, source, form), 'source')
}

/** The drivers' CD, which is only read. */
export async function checkDrivers(parts: SourceParts, host: Host, { driversMedia }: PartialForm): Promise<Finding[]> {
  if (driversMedia === undefined || driversMedia === null) return []
  return orFinding(checkDriversMedia(parts, host, driversMedia), 'driversMedia')
}

async function checkDriversMedia(parts: SourceParts, host: Host, media: MediaSource): Promise<Finding[]> {
  const { found } = await inspectIsoMedia(parts, host, media)
  if (found.source.kind !== 'file') return []
  const closed = await closedWay(host, found.source.path, 'read')
  return closed === null
    ? []
    : [stopping('driversMedia', 'not-permitted', closed.sentence, { repairs: [...closed.repairs] })]
}

/** What cannot be looked at is told at its field; a host that is lost is an error. */
async function orFinding(looking: Promise<Finding[]>, field: Finding['field']): Promise<Finding[]> {
  try {
    return await looking
  } catch (error) {
    if (!(error instanceof StrataError) || error.code === 'host-unreachable' || error.code === 'connection-lost')
      throw error
    return [fromError(field, error)]
  }
}

async function checkKind(parts: SourceParts, host: Host, source: MachineSource, form: PartialForm): Promise<Finding[]> {
  switch (source.kind) {
    case 'iso':
      return checkIso(host, await inspectIsoMedia(parts, host, source.media), source, form)
    case 'cloud-image':
      return checkCloudImage(parts, host, source, form)
    case 'disk-image': {
      const inspected = await inspectMedia(parts, host, source.media)
      if (inspected.content === 'disk-image') return checkDiskImage(parts, host, inspected, source, form)
      return [stopping('source', 'invalid-input', say('create.notDiskImage', { fileName: inspected.found.fileName }))]
    }
    case 'appliance':
      return checkAppliance(host, source, form)
    case 'definition':
      return checkDefinition(parts, host, source)
    case 'template':
      return checkTemplate(host, source)
    case 'restore-point':
      return checkRestorePoint(parts.fileUsers, host, source, form)
    case 'network-boot':
    case 'empty':
      return []
  }
}

async function checkCloudImage(
  { images }: SourceParts,
  host: Host,
  { imageId }: SourceOf<'cloud-image'>,
  { firmware, setup }: PartialForm,
): Promise<Finding[]> {
  const image = await images.catalogue.get(imageId)
  const name = `${image.name} ${image.version}`
  const architecture = host.facts?.architecture ?? image.architecture
  if (image.architecture !== architecture) {
    const message = say('create.imageForRuns', {
      name,
      architecture: image.architecture,
      host: host.label,
      architecture2: architecture,
    })
    return [stopping('source', 'unsupported', message)]
  }
  const findings: Finding[] = []
  if (image.firmware === 'uefi' && firmware === 'bios')
    findings.push(
      stopping('firmware', 'invalid-input', say('create.imageBootsOnlyUefi', { name }), {
        suggestion: { firmware: 'uefi' },
      }),
    )
  if (image.firmware === 'bios' && firmware !== undefined && firmware !== 'bios')
    findings.push(
      stopping('firmware', 'invalid-input', say('create.imageBootsOnlyBios', { name }), {
        suggestion: { firmware: 'bios' },
      }),
    )
  if (image.cloudInit && setup === null) findings.push(warning('setup', say('create.nothingSetUpNobody')))
  if (!image.cloudInit && setup !== null && setup !== undefined)
    findings.push(warning('setup', say('create.readsNoSetUp', { name }), { suggestion: { setup: null } }))
  return findings
}

async function checkAppliance(
  host: Host,
  { path }: SourceOf<'appliance'>,
  { poolUuid }: PartialForm,
): Promise<Finding[]> {
  const { picture } = await openAndInspect(path)
  const warnings = picture.warnings.map((sentence) => warning('source', sentence))
  const pool = poolUuid == null ? null : host.inventory.pool(poolUuid)
  const neededBytes = picture.disks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (pool?.state !== 'running' || neededBytes <= pool.availableBytes) return warnings
  const message = say('create.disksTakeLeastFree', {
    name: picture.name,
    needed: neededBytes,
    available: pool.availableBytes,
    pool: pool.name,
  })
  return [stopping('source', 'out-of-space', message), ...warnings]
}

/** What was mended is told where the definition is shown. */
async function checkDefinition(
  { fileUsers }: SourceParts,
  host: Host,
  { xml, allowed = [] }: SourceOf<'definition'>,
): Promise<Finding[]> {
  const { problems, clashes } = await inspectDefinition(fileUsers, host, xml)
  // Of the text as it will be defined, not of what could be mended in it.
  const reaches = await definitionReaches(fileUsers, host, xml)
  return [
    ...problems.map(({ message, line }) =>
      stopping(
        'source',
        'invalid-input',
        line === null ? message : say('create.line', { line: String(line), message }),
      ),
    ),
    ...clashes.filter(({ blocks }) => blocks).map(({ sentence }) => stopping('source', 'invalid-input', sentence)),
    ...reaches
      .filter(({ id }) => !allowed.includes(id))
      .map(({ sentence, line }) =>
        stopping('source', 'not-permitted', say('create.lineNobodyAllowedYet', { line: String(line), sentence })),
      ),
  ]
}

function checkTemplate(host: Host, { uuid }: SourceOf<'template'>): Finding[] {
  const template = host.inventory.machine(uuid)
  if (template === null) return [stopping('source', 'not-found', say('create.templateNotThereAny'))]
  if (template.state === 'shut-off') return []
  const message = say('create.runsDisksChangeShut', { template: template.name })
  return [stopping('source', 'wrong-state', message)]
}
