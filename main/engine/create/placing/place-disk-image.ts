import type { MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { importDisk } from '../../imports/disk-image/import-disk.ts'
import { StrataError } from '../../strata-error.ts'
import { diskName } from '../../storage/free-name.ts'
import { emptyPlacement, type PlaceContext, type Placement, type SourcePlan } from './placement.ts'
import { placeSeed } from './place-seed.ts'

type DiskImageSource = Extract<MachineSource, { kind: 'disk-image' }>

export function planDiskImage(source: DiskImageSource): SourcePlan {
  const label = labels[source.disk]
  return { steps: [{ id: 'import', label }], disk: 'own', place: (context) => placeDiskImage(source, context) }
}

const labels = {
  copy: say('create.copyImageIntoPool'),
  move: say('create.moveImageIntoPool'),
  'in-place': say('create.lookWhetherImageCan'),
} as const satisfies Readonly<Record<DiskImageSource['disk'], Said>>

async function placeDiskImage(source: DiskImageSource, context: PlaceContext): Promise<Placement> {
  const { parts, host, wanted, stem, job } = context
  job.step('import')
  const { media, disk } = source
  const imported = await importDisk(
    parts,
    host,
    { media, disk, poolUuid: wanted.poolUuid, name: diskName(stem), capacityBytes: wanted.diskBytes },
    job,
  )
  const { diskPath, format } = imported
  if (format === 'vhdx' || format === 'vpc')
    throw new StrataError('unsupported', say('create.machinesHereCannotWrite', { format }), {
      field: 'source',
    })
  const name = media.kind === 'volume' ? media.name : (media.path.split('/').at(-1) ?? media.path)
  const how = {
    copy: say('create.fromACopyOf2', { name }),
    move: say('create.movedHereNotWhere', { name }),
    'in-place': say('create.whereLies', { name }),
  }
  return {
    ...emptyPlacement,
    disks: [{ path: diskPath, type: diskPath.startsWith('/dev/') ? 'block' : 'file', format, ...wanted.disk }],
    seeds: await placeSeed(context),
    sourceName: name,
    notes: [how[disk], ...imported.notes],
    commands: imported.commands,
    settle: imported.settle,
  }
}
