import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'

import { readHostSystem } from '../../hosts/place/host-system.ts'
import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'
import { presenceOf } from '../../hosts/place/files-of.ts'

/** The firmware's code is there, and its variables, or what they are made from. */
export async function checkFirmware(examined: Examined): Promise<Cause[]> {
  const { definition, machine, files } = examined
  const { loader, nvram, firmware } = definition.os
  if (loader.path === null) {
    const known = await examined.domainCapabilities()
    if (firmware !== 'efi' || known === null || known.firmwares.includes('efi')) return []
    return [
      stops('firmware-missing', {
        sentence: say('doctor.bootsUefiNoUefi', { machine: machine.name, host: examined.host.label }),
        repairs: await installing(examined),
      }),
    ]
  }
  if (files === null) return []
  if ((await presenceOf(files, loader.path)) === 'missing') {
    return [
      stops('firmware-missing', {
        sentence: say('doctor.firmwareNotThere', { path: loader.path, machine: machine.name }),
        repairs: await wayOut(examined),
      }),
    ]
  }
  const needsTemplate = nvram.path !== null && (await presenceOf(files, nvram.path)) === 'missing'
  if (!needsTemplate || nvram.template === null || (await presenceOf(files, nvram.template)) !== 'missing') return []
  return [
    stops('firmware-template-missing', {
      sentence: say('doctor.firmwaresSettingsNotThere', {
        path: nvram.path ?? '',
        machine: machine.name,
        template: nvram.template,
      }),
      repairs: await wayOut(examined),
    }),
  ]
}

async function wayOut(examined: Examined) {
  const known = await examined.domainCapabilities()
  const hasOther = known?.firmwares.includes('efi') ?? false
  return hasOther ? [machineRepairs.chooseFirmware(examined.machine)] : installing(examined)
}

async function installing({ host }: Examined) {
  return repairs.installPackages(host.id, ['ovmf'], await readHostSystem(host))
}
