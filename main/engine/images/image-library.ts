import { join } from 'node:path'

import PQueue from 'p-queue'

import { systemClock } from './clock.ts'
import type { HttpSurroundings } from './http-get.ts'
import { ImageCatalogue } from './image-catalogue.ts'

export interface ImageLibraryOptions {
  readonly cacheDir: string
  /** Address or path of a catalogue that is used in place of the one that comes with Strata; null: none. */
  readonly catalogueLocation: string | null
  /** Aborted when the engine closes. */
  readonly closing: AbortSignal
}

/** What all who work with images share: the catalogue, the folder for downloads, and an order among them. */
export class ImageLibrary {
  readonly catalogue: ImageCatalogue
  /** Where downloads lie until they are in a pool. */
  readonly folder: string
  readonly around: HttpSurroundings
  readonly closing: AbortSignal
  readonly #queues = new Map<string, PQueue>()

  constructor({ cacheDir, catalogueLocation, closing }: ImageLibraryOptions) {
    this.folder = join(cacheDir, 'images')
    this.closing = closing
    this.around = { clock: systemClock, env: process.env }
    this.catalogue = new ImageCatalogue({ location: catalogueLocation, around: this.around, closing })
  }

  /** One after the other among those who give the same name; one that is cancelled while it waits rejects. */
  inTurn<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const queue = this.#queues.get(name) ?? new PQueue({ concurrency: 1 })
    this.#queues.set(name, queue)
    return queue.add(work, signal && { signal }).finally(() => {
      if (queue.size === 0 && queue.pending === 0) this.#queues.delete(name)
    })
  }
}

/** Among those who make or delete in a pool what is built on its images. */
export const poolTurn = ({ hostId, poolUuid }: { hostId: string; poolUuid: string }) => `pool ${hostId} ${poolUuid}`
