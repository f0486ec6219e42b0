import type { MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { ensureImage, imageSteps } from '../../images/ensure-image.ts'
import { makeFullCopy, makeOverlay } from '../../images/image-disk.ts'
import { diskName } from '../../storage/free-name.ts'
import { placeSeed } from './place-seed.ts'
import { emptyPlacement, type PlaceContext, type Placement, type SourcePlan } from './placement.ts'

type CloudImageSource = Extract<MachineSource, { kind: 'cloud-image' }>

export function planCloudImage(source: CloudImageSource, isHere: boolean): SourcePlan {
  return {
    steps: [
      ...imageSteps(isHere),
      { id: 'disk', label: source.disk === 'overlay' ? say('create.makeDiskTopImage') : say('create.copyImage') },
      { id: 'seed', label: say('create.writeWhatSetUp') },
    ],
    disk: 'own',
    place: (context) => placeCloudImage(source, context),
  }
}

async function placeCloudImage(source: CloudImageSource, context: PlaceContext): Promise<Placement> {
  const { parts, host, wanted, job, stem } = context
  const image = await ensureImage(parts, host, source.imageId, wanted.poolUuid, job)
  job.step('disk')
  const diskBytes = Math.max(wanted.diskBytes ?? 0, image.capacityBytes)
  const disk = { poolUuid: wanted.poolUuid, name: diskName(stem), diskBytes }
  const make = source.disk === 'overlay' ? makeOverlay : makeFullCopy
  const path = await make(parts, host, image, disk, job)
  job.step('seed')
  return {
    ...emptyPlacement,
    disks: [{ path, type: 'file', format: 'qcow2', ...wanted.disk }],
    seeds: await placeSeed(context),
    sourceName: source.imageId,
    notes: [
      source.disk === 'overlay'
        ? say('create.topStays', { volumeName: image.volumeName })
        : say('create.fromACopyOf', { volumeName: image.volumeName }),
      ...(wanted.setup === null ? [] : [say('create.setUpForFirst', { userName: wanted.setup.userName })]),
    ],
  }
}
