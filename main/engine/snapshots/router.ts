import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { listPoints, startRemove, startRevert, startTake } from './jobs.ts'
import { SnapshotPictures } from './pictures.ts'

export function snapshotsRouter(parts: EngineParts) {
  const os = implement(contract.snapshots)
  return os.router({
    list: os.list.handler(({ input }) => listPoints(parts, input)),
    picture: os.picture.handler(async ({ input }) => {
      const png = await new SnapshotPictures(parts.folders.dataDir).read(input, input.name)
      return png === null ? null : new Blob([png], { type: 'image/png' })
    }),
    take: os.take.handler(({ input }) => startTake(parts, input)),
    revert: os.revert.handler(({ input }) => startRevert(parts, input)),
    remove: os.remove.handler(({ input }) => startRemove(parts, input)),
  })
}
