import { dirname } from 'node:path'

import type { Pool } from '@strata/contract/storage.ts'
import type { Connection, Domain } from 'node-libvirt'
import { StorageVolumeXml, type DomainXml } from 'node-libvirt/xml'

import { nullIfRefused } from '../null-if-refused.ts'
import { presenceOf } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import type { DiskPicture } from './sources.ts'

/** A chain that is longer is a loop, or nobody's to look through. */
const mostLayers = 64

type Disk = DomainXml['devices']['disks'][number]

interface ChainSize {
  readonly layers: number
  readonly allocationBytes: number
}

/** What the machine's disks are, and what their chains really take. */
export async function readDisks(
  connection: Connection,
  domain: Domain,
  definition: DomainXml,
  host: { readonly pools: readonly Pool[]; readonly files: HostFiles | null },
): Promise<DiskPicture[]> {
  const chains = definition.id === null ? new Map<string, ChainSize>() : await liveChains(domain)
  return Promise.all(definition.devices.disks.map((disk) => readDisk(connection, domain, disk, chains, host)))
}

async function readDisk(
  connection: Connection,
  domain: Domain,
  disk: Disk,
  chains: ReadonlyMap<string, ChainSize>,
  { pools, files }: { readonly pools: readonly Pool[]; readonly files: HostFiles | null },
): Promise<DiskPicture> {
  const target = disk.target.device ?? ''
  const path = disk.source.file ?? disk.source.device
  const isMissing = path !== null && files !== null && (await presenceOf(files, path)) === 'missing'
  const size = path === null || isMissing ? null : await nullIfRefused(domain.getBlockInfo(target))
  const chain = chains.get(target) ?? (path === null || isMissing ? null : await storedChain(connection, path))
  return {
    target,
    device: knownDevice(disk.device),
    path,
    format: disk.driver.type,
    layers: chain?.layers ?? null,
    capacityBytes: size?.capacityBytes ?? null,
    allocationBytes: chain?.allocationBytes ?? size?.allocationBytes ?? null,
    isMissing,
    poolUuid: poolOf(pools, path, disk.source.pool),
  }
}

/** Of a running machine, in one call: a record for each image of each chain. */
async function liveChains(domain: Domain): Promise<Map<string, ChainSize>> {
  const [answer] =
    (await nullIfRefused(domain.connection.getAllDomainStats(['block'], { domains: [domain], flags: ['backing'] }))) ??
    []
  const stats = answer?.stats ?? {}
  const chains = new Map<string, ChainSize>()
  for (let index = 0; index < Number(stats['block.count'] ?? 0); index += 1) {
    const name = String(stats[`block.${index}.name`])
    // For a file the room that it takes; of what is written only the highest byte is known to QEMU.
    const bytes = Number(stats[`block.${index}.allocation`] ?? 0)
    const known = chains.get(name) ?? { layers: 0, allocationBytes: 0 }
    chains.set(name, { layers: known.layers + 1, allocationBytes: known.allocationBytes + bytes })
  }
  return chains
}

/** Of a machine that is off, by the pools that its images lie in; null where the first is in none. */
async function storedChain(connection: Connection, path: string): Promise<ChainSize | null> {
  let [layers, allocationBytes] = [0, 0]
  let next: string | null = path
  while (next !== null && layers < mostLayers) {
    const description = await describeVolume(connection, next)
    if (description === null) return null // a part of the chain that cannot be seen makes the sum a lie
    layers += 1
    allocationBytes += description.allocationBytes ?? 0
    next = description.backingStore.path
  }
  return { layers, allocationBytes }
}

async function describeVolume(connection: Connection, path: string): Promise<StorageVolumeXml | null> {
  const volume = await nullIfRefused(connection.storageVolLookupByPath(path))
  const xml = volume === null ? null : await nullIfRefused(volume.getXMLDesc())
  return xml === null ? null : StorageVolumeXml.parse(xml)
}

function poolOf(pools: readonly Pool[], path: string | null, poolName: string | null): string | null {
  const folder = path === null ? null : dirname(path)
  const pool = pools.find((each) =>
    poolName === null ? folder !== null && each.path === folder : each.name === poolName,
  )
  return pool?.uuid ?? null
}

function knownDevice(device: string | null): DiskPicture['device'] {
  return device === 'cdrom' || device === 'floppy' || device === 'lun' ? device : 'disk'
}
