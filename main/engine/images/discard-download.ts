import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import { StrataError } from '../strata-error.ts'
import { imageTurn } from './ensure-image.ts'
import { PartialFile } from './partial-file.ts'

/** Throws away what has arrived of a download that was broken off. @throws StrataError 'busy' while it goes on */
export async function discardDownload({ images }: Pick<EngineParts, 'images'>, imageId: string): Promise<void> {
  const turn = imageTurn(imageId)
  if (images.isTaken(turn)) {
    throw new StrataError('busy', say('images.imageBeingDownloadedCancel', { imageId }))
  }
  await images.inTurn(turn, () => new PartialFile(images.folder, imageId).remove())
}
