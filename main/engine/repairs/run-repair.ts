import type { RepairAction } from '@strata/contract/repairs.ts'
import { DomainXml } from 'node-libvirt/xml'

import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import { powerMachine } from '../machines/power.ts'
import { defaultPoolFolder, makeDefaultPool } from '../storage/default-pool.ts'
import { StrataError, toStrataError } from '../strata-error.ts'

/** Does what a repair's button promises; returns when it is done and in the picture. */
export async function runRepair(
  { hosts, folders }: Pick<EngineParts, 'hosts' | 'folders'>,
  action: RepairAction,
): Promise<void> {
  const host = hosts.get(action.hostId)
  switch (action.kind) {
    case 'reconnect-host':
      return host.reconnect()
    case 'start-daemon':
      return host.startDaemon()
    case 'make-default-pool':
      await makeDefaultPool(host, defaultPoolFolder(host, folders.homeDir, process.env))
      return
    case 'start-pool':
      return startPool(host, action.poolUuid)
    case 'start-network':
      return startNetwork(host, action.networkUuid)
    case 'force-off':
      return powerMachine(host, action.uuid, 'force-off')
    case 'eject-media':
      return ejectMedia(host, action.uuid, action.targetDev)
  }
}

async function startPool(host: Host, uuid: string): Promise<void> {
  const { name } = host.inventory.requirePool(uuid)
  try {
    await host.slow(async (connection) => {
      const pool = await connection.storagePoolLookupByUUID(uuid)
      if (!(await pool.isActive())) await pool.create()
      await pool.setAutostart(true)
    })
  } catch (error) {
    throw toStrataError(error, `The storage pool “${name}” could not be started.`)
  }
  await host.inventory.reloadPool(uuid)
}

async function startNetwork(host: Host, uuid: string): Promise<void> {
  const name = host.inventory.network(uuid)?.name ?? uuid
  try {
    await host.slow(async (connection) => {
      const network = await connection.networkLookupByUUID(uuid)
      if (!(await network.isActive())) await network.create()
      await network.setAutostart(true)
    })
  } catch (error) {
    throw toStrataError(error, `The network “${name}” could not be started.`)
  }
  await host.inventory.reloadNetwork(uuid)
}

async function ejectMedia(host: Host, uuid: string, targetDev: string): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  try {
    await host.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(uuid)
      const isActive = await domain.isActive()
      const { disks } = DomainXml.parse(await domain.getXMLDesc(['inactive'])).devices
      const drive = disks.find((disk) => disk.target.device === targetDev)
      if (drive === undefined || (drive.device !== 'cdrom' && drive.device !== 'floppy')) {
        throw new StrataError('not-found', `“${name}” has no drive ${targetDev}.`, { field: 'targetDev' })
      }
      for (const field of ['file', 'device', 'pool', 'volume'] as const) drive.source[field] = null
      drive.source.startupPolicy = null
      await domain.updateDeviceFlags(drive.element.toString(), isActive ? ['live', 'config', 'force'] : ['config'])
    })
  } catch (error) {
    throw toStrataError(error, `The medium could not be taken out of drive ${targetDev} of “${name}”.`)
  }
  await host.inventory.reloadMachine(uuid)
}
