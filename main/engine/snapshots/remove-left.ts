import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import { findForgotten } from './forgotten.ts'
import type { PointParts } from './job-parts.ts'
import { lookAtMachine } from './machine-now.ts'
import { pointsOf } from './read-points.ts'
import { removeFromImages } from './remove-from-images.ts'

/** libvirt believes QEMU, and QEMU may have died over it: so the images are asked whether they still hold it. */
export async function removeLeft(parts: PointParts, name: string, marks: ReadonlySet<string>): Promise<void> {
  const { host, machine } = parts
  const left = await host.slow(async (connection) => {
    const now = await lookAtMachine(host, connection, machine)
    const forgotten = await findForgotten(now, await pointsOf(now.domain))
    return (
      forgotten.find((each) => each.name === name && each.entries.some(({ entry }) => marks.has(entry.mark))) ?? null
    )
  })
  if (left === null) return
  try {
    await removeFromImages(parts, left.key)
  } catch (error) {
    throw new StrataError('internal', say('snapshots.notLibvirtsListAny', { name }), { cause: error })
  }
}
