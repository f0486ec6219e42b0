import type { NewMachine } from '@strata/contract/create.ts'

import { StrataError } from '../strata-error.ts'
import { planAppliance } from './place-appliance.ts'
import { planDiskImage } from './place-disk-image.ts'
import { planIso } from './place-iso.ts'
import { planTemplate } from './place-template.ts'
import { emptyPlacement, type SourcePlan } from './placement.ts'

/** How the wanted source becomes files on the host. */
export function planSource({ source }: NewMachine): SourcePlan {
  switch (source.kind) {
    case 'iso':
      return planIso(source)
    case 'disk-image':
      return planDiskImage(source)
    case 'appliance':
      return planAppliance(source)
    case 'cloud-image':
      throw new StrataError('unsupported', 'This cannot be made into a machine yet.', { field: 'source' })
    case 'template':
      return planTemplate(source)
    case 'definition':
      return nothingToPlace('libvirt XML', 'From libvirt XML, with what clashed mended.', 'own')
    case 'network-boot':
      return nothingToPlace('the network', 'Boots from the network.', 'new')
    case 'empty':
      return nothingToPlace('', 'Without a system.', 'new')
  }
}

function nothingToPlace(sourceName: string, note: string, disk: SourcePlan['disk']): SourcePlan {
  return {
    steps: [],
    disk,
    place: () => Promise.resolve({ ...emptyPlacement, sourceName, notes: [note] }),
  }
}
