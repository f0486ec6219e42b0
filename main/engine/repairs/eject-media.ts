import { say } from '@strata/contract/words/say.ts'
import { DomainXml, type DomainDisk } from 'node-libvirt/xml'

import { changeMachine, inDefinition } from '../definitions/change-machine.ts'
import { virsh } from '../definitions/terminal-lines.ts'
import type { ToldTo } from '../definitions/told-change.ts'
import { changeGround } from '../hosts/change-ground.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'

/** Takes the medium out of a drive, now and for the next start. */
export async function ejectMedia(history: ToldTo, host: Host, uuid: string, targetDev: string): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  await changeMachine(changeGround(host, history), uuid, {
    kind: 'repaired',
    who: 'user',
    title: say('repairs.mediumDriveTakenOut', { targetDev }),
    failed: say('repairs.mediumCouldNotTaken', { targetDev, name }),
    edit: inDefinition((definition) => {
      emptied(definition, name, targetDev)
    }),
    live: async (domain) => {
      const drive = emptied(DomainXml.parse(await domain.getXMLDesc()), name, targetDev)
      await domain.updateDeviceFlags(drive.element.toString(), ['live', 'force'])
    },
    lines: [virsh(host.uri, 'change-media', name, targetDev, '--eject', '--config')],
  })
}

function emptied({ devices }: DomainXml, name: string, targetDev: string): DomainDisk {
  const drive = devices.disks.find((disk) => disk.target.device === targetDev)
  if (drive === undefined || (drive.device !== 'cdrom' && drive.device !== 'floppy')) {
    throw new StrataError('not-found', say('repairs.noDrive', { name, targetDev }), { field: 'targetDev' })
  }
  for (const field of ['file', 'device', 'pool', 'volume'] as const) drive.source[field] = null
  drive.source.startupPolicy = null
  return drive
}
