import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../../hosts/host.ts'
import type { FileUsers } from '../../disk-images/file-users.ts'
import { whyNotChanged } from '../../disk-images/why-not-changed.ts'
import { defaultPoolFolder } from '../../storage/default-pool.ts'
import { listVolumes } from '../../storage/list-volumes.ts'
import { realScope } from '../../hosts/place/host-address.ts'
import { readBridgeHelper } from '../../networks/bridge-helper.ts'
import type { HostThings, KnownVolume } from './check-place.ts'
import type { PartialForm } from './findings.ts'
import { readHostLinks } from '../../networks/host-links.ts'

/** What is on the host already; of volumes only those in the pools that the form names. */
export async function hostThings(
  fileUsers: FileUsers,
  host: Host,
  form: PartialForm,
  leastDisk: HostThings['leastDisk'],
): Promise<HostThings> {
  const { inventory } = host
  const machines = inventory.machines()
  const poolUuids = new Set([form.poolUuid, ...(form.moreDisks ?? []).map(({ poolUuid }) => poolUuid)])
  const running = [...poolUuids]
    .filter((uuid) => uuid != null)
    .filter((uuid) => inventory.pool(uuid)?.state === 'running')
  const { files, programs, login } = host
  const isSession = realScope(host.address) === 'session'
  const [volumes, links, helper] = await Promise.all([
    Promise.all(running.map(async (uuid) => [uuid, await knownVolumes(host, uuid)] as const)),
    files === null ? null : readHostLinks(files),
    files === null || !isSession ? null : readBridgeHelper(files),
  ])
  return {
    host: { id: host.id, programs, login },
    hostLabel: host.label,
    isSession,
    machineNames: new Set(machines.map(({ name }) => name)),
    neededElsewhere: await neededElsewhere(fileUsers, host, form, new Map(volumes)),
    pools: inventory.pools(),
    networks: inventory.networks(),
    volumes: new Map(volumes),
    defaultPoolFolder: defaultPoolFolder(host),
    links,
    helper,
    leastDisk,
  }
}

/** Only of the images that the form names: who needs them is read anew each time. */
async function neededElsewhere(
  fileUsers: FileUsers,
  host: Host,
  { moreDisks }: PartialForm,
  volumes: ReadonlyMap<string, readonly KnownVolume[]>,
): Promise<ReadonlyMap<string, Said>> {
  const needed = new Map<string, Said>()
  for (const disk of moreDisks ?? []) {
    if (disk.kind !== 'existing') continue
    const path = volumes.get(disk.poolUuid)?.find(({ name }) => name === disk.volumeName)?.path
    const why = path === undefined ? null : await whyNotChanged(fileUsers, { host, paths: [path] })
    if (path !== undefined && why !== null) needed.set(path, why)
  }
  return needed
}

/** Names of all volumes in a pool, as they are now; none of one that does not run. */
export async function volumeNames(host: Host, poolUuid: string): Promise<ReadonlySet<string>> {
  if (host.inventory.pool(poolUuid)?.state !== 'running') return new Set()
  const volumes = await host.slow(async (connection) =>
    (await connection.storagePoolLookupByUUID(poolUuid)).listAllVolumes(),
  )
  return new Set(volumes.map(({ name }) => name))
}

/** No event tells of an image that another program makes. */
const looksAgainAfterMs = 3_000

interface Listed {
  readonly revision: number
  readonly atMs: number
  readonly volumes: Promise<readonly KnownVolume[]>
}

/** A form is checked at every letter; describing a full pool takes a call for each image. */
const listed = new WeakMap<Host, Map<string, Listed>>()

async function knownVolumes(host: Host, poolUuid: string): Promise<readonly KnownVolume[]> {
  const revision = host.inventory.pool(poolUuid)?.volumesRevision ?? 0
  const ofHost = listed.get(host) ?? new Map<string, Listed>()
  listed.set(host, ofHost)
  const known = ofHost.get(poolUuid)
  const nowMs = performance.now()
  if (known?.revision === revision && nowMs - known.atMs < looksAgainAfterMs) return known.volumes
  const volumes = host.slow(async (connection) => listVolumes(await connection.storagePoolLookupByUUID(poolUuid)))
  const listing = { revision, atMs: nowMs, volumes }
  ofHost.set(poolUuid, listing)
  volumes.catch(() => {
    if (ofHost.get(poolUuid) === listing) ofHost.delete(poolUuid) // the next check looks again
  })
  return volumes
}
