import { implement } from '@orpc/server'
import { images as contract } from '@strata/contract/images.ts'

import type { EngineParts } from '../engine-parts.ts'
import { discardDownload } from './discard-download.ts'
import { downloadImage } from './download-image.ts'
import { listImages } from './list-images.ts'
import { removeImage } from './remove-image.ts'

export function imagesRouter(parts: EngineParts) {
  const os = implement(contract)
  return os.router({
    list: os.list.handler(({ input }) => listImages(parts, parts.hosts.get(input.hostId))),
    download: os.download.handler(({ input }) => downloadImage(parts, input)),
    discard: os.discard.handler(({ input }) => discardDownload(parts, input.imageId)),
    remove: os.remove.handler(({ input }) => removeImage(parts, input)),
  })
}
