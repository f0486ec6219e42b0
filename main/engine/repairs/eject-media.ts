import { DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { StrataError, toStrataError } from '../strata-error.ts'

/** Takes the medium out of a drive, now and for the next start. */
export async function ejectMedia(host: Host, uuid: string, targetDev: string): Promise<void> {
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
