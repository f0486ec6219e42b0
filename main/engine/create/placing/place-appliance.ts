import type { MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { importAppliance } from '../../imports/appliance/import-appliance.ts'
import { emptyPlacement, type PlaceContext, type Placement, type SourcePlan } from './placement.ts'

type ApplianceSource = Extract<MachineSource, { kind: 'appliance' }>

export function planAppliance(source: ApplianceSource): SourcePlan {
  return {
    steps: [{ id: 'import', label: say('create.copyAppliancesDisksInto') }],
    disk: 'own',
    place: (context) => placeAppliance(source, context),
  }
}

async function placeAppliance(
  { path }: ApplianceSource,
  { parts, host, wanted, stem, job }: PlaceContext,
): Promise<Placement> {
  job.step('import')
  const { disks, picture } = await importAppliance(parts, host, { path, poolUuid: wanted.poolUuid, name: stem }, job)
  const name = path.split('/').at(-1) ?? path
  return {
    ...emptyPlacement,
    // The first hangs where the form says; the others where the same system found them.
    disks: disks.map((disk, index) => ({
      ...wanted.disk,
      path: disk.path,
      type: 'file',
      format: 'qcow2',
      bus: index === 0 ? wanted.disk.bus : disk.bus,
    })),
    sourceName: name,
    notes: [say('create.fromTheAppliance', { name }), ...picture.warnings],
  }
}
