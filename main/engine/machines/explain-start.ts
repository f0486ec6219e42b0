import { access } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { Machine } from '@strata/contract/machines.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import { DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { repairs } from '../repairs/offered.ts'
import { filesAreHere } from '../storage/used-files.ts'
import { StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'

interface Cause {
  readonly sentence: string
  readonly repairs: readonly Repair[]
}

/**
 * Why a machine did not start, found by looking at what it needs, never by reading the message. libvirt's words stay as
 * the detail. Several causes are told in the order in which they have to be mended.
 */
export async function explainStart(
  error: unknown,
  host: Host,
  machine: Pick<Machine, 'uuid' | 'name'>,
): Promise<StrataError> {
  const known = toStrataError(error, `“${machine.name}” could not be started.`)
  if (known.code === 'connection-lost' || known.code === 'host-unreachable' || known.code === 'not-found') return known
  const causes = await findCauses(host, machine).catch(() => []) // what is looked at may be gone too; the first error is the one to tell
  if (causes.length === 0) return known
  return new StrataError(
    'wrong-state',
    `“${machine.name}” could not be started: ${causes.map(({ sentence }) => sentence).join(' ')}`,
    {
      cause: error,
      repairs: causes.flatMap((cause) => cause.repairs),
    },
  )
}

async function findCauses(host: Host, machine: Pick<Machine, 'uuid' | 'name'>): Promise<Cause[]> {
  const domain = await host.inventory.domain(machine.uuid)
  const definition = DomainXml.parse(await domain.getXMLDesc(['inactive']))
  return [
    ...inactiveNetworks(host, definition),
    ...inactivePools(host, definition),
    ...(await missingFiles(host, definition, machine)),
    ...tooLittleMemory(host, definition),
  ]
}

function inactiveNetworks(host: Host, definition: DomainXml): Cause[] {
  const wanted = new Set(
    definition.devices.interfaces.map((card) => (card.type === 'network' ? card.source.network : null)),
  )
  return [...wanted]
    .filter((name) => name !== null)
    .flatMap((name) => {
      const network = host.inventory.networks().find((each) => each.name === name)
      if (network === undefined) return [{ sentence: `its network “${name}” does not exist.`, repairs: [] }]
      if (network.active) return []
      return [{ sentence: `its network “${name}” is not active.`, repairs: [repairs.startNetwork(host.id, network)] }]
    })
}

function inactivePools(host: Host, definition: DomainXml): Cause[] {
  const { disks } = definition.devices
  const folders = new Set(disks.map((disk) => (disk.source.file === null ? null : dirname(disk.source.file))))
  const names = new Set(disks.map((disk) => disk.source.pool))
  return host.inventory
    .pools()
    .filter(
      (pool) => pool.state === 'inactive' && (names.has(pool.name) || (pool.path !== null && folders.has(pool.path))),
    )
    .map((pool) => ({
      sentence: `the storage pool “${pool.name}” is not active.`,
      repairs: [repairs.startPool(host.id, pool)],
    }))
}

async function missingFiles(
  host: Host,
  definition: DomainXml,
  machine: Pick<Machine, 'uuid' | 'name'>,
): Promise<Cause[]> {
  if (!filesAreHere(host)) return []
  const causes: Cause[] = []
  for (const disk of definition.devices.disks) {
    const { file } = disk.source
    if (file === null || !(await isMissing(file))) continue
    const targetDev = disk.target.device ?? ''
    causes.push(
      disk.device === 'cdrom' || disk.device === 'floppy'
        ? {
            sentence: `the medium ${file} is not there.`,
            repairs: [repairs.ejectMedia({ hostId: host.id, ...machine }, targetDev)],
          }
        : { sentence: `the file of disk ${targetDev}, ${file}, is not there.`, repairs: [] },
    )
  }
  return causes
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await access(path)
    return false
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' // a folder that only this user may not enter says nothing
  }
}

function tooLittleMemory(host: Host, definition: DomainXml): Cause[] {
  const total = host.facts?.memoryKiB
  const wanted = definition.memoryKiB
  if (total === undefined || wanted === null || wanted <= total) return []
  const inMiB = (kib: number) => Math.round(kib / 1024)
  return [{ sentence: `it wants ${inMiB(wanted)} MiB of memory, and the host has ${inMiB(total)} MiB.`, repairs: [] }]
}
