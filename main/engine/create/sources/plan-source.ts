import type { NewMachine } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../../hosts/host.ts'
import { findImage } from '../../images/ensure-image.ts'
import { planAppliance } from '../placing/place-appliance.ts'
import { planCloudImage } from '../placing/place-cloud-image.ts'
import { planDiskImage } from '../placing/place-disk-image.ts'
import { planIso } from '../placing/place-iso.ts'
import { planRestorePoint } from '../placing/place-restore-point.ts'
import { planTemplate } from '../placing/place-template.ts'
import { emptyPlacement, type SourcePlan } from '../placing/placement.ts'

/** How the wanted source becomes files on the host. */
export async function planSource(host: Host, { source, poolUuid }: NewMachine): Promise<SourcePlan> {
  switch (source.kind) {
    case 'iso':
      return planIso(source)
    case 'disk-image':
      return planDiskImage(source)
    case 'appliance':
      return planAppliance(source)
    case 'cloud-image':
      return planCloudImage(source, poolUuid !== null && (await findImage(host, source.imageId, poolUuid)) !== null)
    case 'template':
      return planTemplate(source)
    case 'restore-point':
      return planRestorePoint(source)
    case 'definition':
      return nothingToPlace(say('create.libvirtXml'), say('create.libvirtXmlWhatClashed'), 'own')
    case 'network-boot':
      return nothingToPlace(say('create.theNetwork'), say('create.bootsNetwork'), 'new')
    case 'empty':
      return nothingToPlace('', say('create.withoutSystem'), 'new')
  }
}

function nothingToPlace(sourceName: string | Said, note: Said, disk: SourcePlan['disk']): SourcePlan {
  return {
    steps: [],
    disk,
    place: () => Promise.resolve({ ...emptyPlacement, sourceName, notes: [note] }),
  }
}
