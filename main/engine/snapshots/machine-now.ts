import type { Machine } from '@strata/contract/machines.ts'
import type { Connection, Domain } from 'node-libvirt'
import { DomainXml, type DomainDisk } from 'node-libvirt/xml'

import { topPath } from '../disk-images/image-chain.ts'
import type { Host } from '../hosts/host.ts'
import { readMarks, readState } from '../hosts/read-machines.ts'
import { heldDisks, isActive, type PointDisk, type PointGround } from './blocked.ts'
import { ImageTables } from './image-tables.ts'

export interface DiskNow extends PointDisk {
  /** Null: not a file, or a volume that is not to be had now. */
  readonly path: string | null
}

/** A machine as the daemon and its images describe it at this moment; the inventory's picture may be a moment behind. */
export interface MachineNow {
  readonly domain: Domain
  readonly machine: Machine
  /** Of what runs, when it runs. */
  readonly definition: DomainXml
  /** What it starts with the next time. */
  readonly stored: DomainXml
  readonly disks: readonly DiskNow[]
  readonly ground: PointGround
  readonly tables: ImageTables
}

export async function lookAtMachine(
  host: Host,
  connection: Connection,
  machine: Machine,
  tables = new ImageTables(host),
): Promise<MachineNow> {
  const domain = await connection.domainLookupByUUID(machine.uuid)
  const [{ state }, { persistent, hasSavedState }, text] = await Promise.all([
    readState(domain),
    readMarks(domain),
    domain.getXMLDesc(),
  ])
  const definition = DomainXml.parse(text)
  const stored = isActive(state) && persistent ? DomainXml.parse(await domain.getXMLDesc(['inactive'])) : definition
  const disks = await Promise.all(
    definition.devices.disks.map(async (disk) => ({ ...pointDisk(disk), path: await topPath(connection, disk) })),
  )
  const ground: PointGround = {
    machine: { state, persistent, hasSavedState, firmware: machine.firmware },
    disks,
    spellsOutFirmware: stored.os.loader.type === 'pflash',
    libvirtVersion: host.facts?.libvirtVersion ?? '0',
    isTestDriver: machine.accelerator === 'test',
  }
  return { domain, machine, definition, stored, disks, ground, tables }
}

function pointDisk(disk: DomainDisk): PointDisk {
  return {
    targetDev: disk.target.device ?? '',
    device: disk.device ?? 'disk',
    format: disk.driver.type,
    readOnly: disk.isReadOnly,
    transient: disk.isTransient,
    isFile: disk.type === 'file' || disk.type === 'volume',
  }
}

/** The images that points are kept inside of. */
export function keptImages({ disks }: Pick<MachineNow, 'disks'>): readonly { targetDev: string; path: string }[] {
  const held = new Set(heldDisks(disks).map(({ targetDev }) => targetDev))
  return disks.flatMap(({ targetDev, path, format }) =>
    held.has(targetDev) && path !== null && format === 'qcow2' ? [{ targetDev, path }] : [],
  )
}
