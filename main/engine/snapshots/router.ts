import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { startRemoveForgotten, startTakeBackForgotten } from './forgotten-jobs.ts'
import { listPoints, partsOf } from './job-parts.ts'
import { SnapshotPictures } from './pictures.ts'
import { startRemove } from './remove-job.ts'
import { readWayBack } from './require-way-back.ts'
import { startRevert } from './revert-job.ts'
import { startTake } from './take-job.ts'

export function snapshotsRouter(parts: EngineParts) {
  const os = implement(contract.snapshots)
  return os.router({
    list: os.list.handler(({ input }) => listPoints(partsOf(parts, input))),
    picture: os.picture.handler(async ({ input }) => {
      const png = await new SnapshotPictures(parts.folders.dataDir).read(input, input.name)
      return png === null ? null : new Blob([png], { type: 'image/png' })
    }),
    take: os.take.handler(({ input }) => startTake(partsOf(parts, input), input)),
    wayBack: os.wayBack.handler(({ input }) => readWayBack(partsOf(parts, input), input.name)),
    revert: os.revert.handler(({ input }) => startRevert(partsOf(parts, input), input)),
    remove: os.remove.handler(({ input }) => startRemove(partsOf(parts, input), input)),
    takeBackForgotten: os.takeBackForgotten.handler(({ input }) =>
      startTakeBackForgotten(partsOf(parts, input), input),
    ),
    removeForgotten: os.removeForgotten.handler(({ input }) => startRemoveForgotten(partsOf(parts, input), input)),
  })
}
