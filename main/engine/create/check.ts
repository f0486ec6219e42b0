import type { MachineSource } from '@strata/contract/create.ts'

import { byteText } from '../byte-text.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import { defaultPoolFolder } from '../storage/default-pool.ts'
import { StrataError } from '../strata-error.ts'
import { checkHardware } from './check-hardware.ts'
import { checkPlace, type HostThings } from './check-place.ts'
import { fromError, stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { hostRoom } from './host-room.ts'
import { inspectIsoMedia, type InspectedIso } from './media.ts'
import { readQemuUser, whyUnreadable } from './qemu-access.ts'

/** Every field that is filled in, checked against the host as it is now. */
export async function checkForm(
  parts: Pick<EngineParts, 'catalogue'>,
  host: Host,
  form: PartialForm,
  homeDir: string,
): Promise<Finding[]> {
  const [room, things, media] = await Promise.all([
    hostRoom(host, form.accelerator ?? 'emulation'),
    hostThings(host, form.poolUuid, homeDir),
    form.source?.kind === 'iso' ? checkMedia(parts, host, form.source, form) : [],
  ])
  return [...media, ...checkPlace(form, things), ...checkHardware(form, room)]
}

async function hostThings(host: Host, poolUuid: string | undefined, homeDir: string): Promise<HostThings> {
  const { inventory } = host
  return {
    hostId: host.id,
    hostLabel: host.label,
    machineNames: new Set(inventory.machines().map(({ name }) => name)),
    pools: inventory.pools(),
    networks: inventory.networks(),
    volumeNames: await volumeNames(host, poolUuid),
    defaultPoolFolder: host.isLocal ? defaultPoolFolder(host, homeDir, process.env) : null,
  }
}

export async function volumeNames(host: Host, poolUuid: string | undefined): Promise<ReadonlySet<string>> {
  if (poolUuid === undefined || host.inventory.pool(poolUuid)?.state !== 'running') return new Set()
  const volumes = await host.slow(async (connection) =>
    (await connection.storagePoolLookupByUUID(poolUuid)).listAllVolumes(),
  )
  return new Set(volumes.map(({ name }) => name))
}

export type IsoSource = Extract<MachineSource, { kind: 'iso' }>

async function checkMedia(
  parts: Pick<EngineParts, 'catalogue'>,
  host: Host,
  source: IsoSource,
  form: PartialForm,
): Promise<Finding[]> {
  try {
    const inspected = await inspectIsoMedia(parts, host, source.media)
    return [
      ...checkBoot(inspected, form),
      ...checkUpload(host, inspected, source, form),
      ...(await checkAccess(host, inspected, source)),
    ]
  } catch (error) {
    if (!(error instanceof StrataError) || error.code === 'host-unreachable' || error.code === 'connection-lost')
      throw error
    return [fromError('source', error)]
  }
}

function checkBoot({ found, image }: InspectedIso, { firmware }: PartialForm): Finding[] {
  if (!found.bootable) return [warning('source', `${found.fileName} cannot be booted: it has no boot record.`)]
  if (firmware === 'bios' && !image.bootsBios) {
    return [
      stopping('firmware', 'invalid-input', `${found.fileName} boots only on UEFI.`, {
        suggestion: { firmware: 'uefi' },
      }),
    ]
  }
  if ((firmware === 'uefi' || firmware === 'uefi-secure') && !image.bootsUefi) {
    return [
      stopping('firmware', 'invalid-input', `${found.fileName} boots only on BIOS.`, {
        suggestion: { firmware: 'bios' },
      }),
    ]
  }
  return []
}

function checkUpload(host: Host, { found }: InspectedIso, source: IsoSource, { poolUuid }: PartialForm): Finding[] {
  if (found.source.kind !== 'file' || found.source.use !== 'upload' || poolUuid === undefined) return []
  const pool = host.inventory.pool(poolUuid)
  if (pool?.state !== 'running' || found.sizeBytes < pool.availableBytes) return []
  const inPlace = { ...source, media: { ...found.source, use: 'in-place' as const } }
  const suggestion = host.isLocal ? { source: inPlace } : null
  const message = `${found.fileName} (${byteText(found.sizeBytes)}) does not fit into “${pool.name}”, where ${byteText(pool.availableBytes)} are free.`
  return [stopping('source', 'out-of-space', message, { suggestion })]
}

/** Guests of the system run as a user of their own, who has to reach the file where it lies. */
async function checkAccess(host: Host, { found }: InspectedIso, iso: IsoSource): Promise<Finding[]> {
  const { source } = found
  if (host.kind !== 'system' || source.kind !== 'file' || source.use !== 'in-place') return []
  const user = await readQemuUser()
  const reason = user === null ? null : await whyUnreadable(source.path, user)
  if (reason === null) return []
  return [
    stopping('source', 'not-permitted', `${reason} Have it copied into the pool instead.`, {
      suggestion: { source: { ...iso, media: { ...source, use: 'upload' } } },
    }),
  ]
}
