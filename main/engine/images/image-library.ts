import { join } from 'node:path'

import type { OsCloudImage } from '@strata/contract/catalogue.ts'
import PQueue from 'p-queue'

import { systemClock } from '../clock.ts'
import type { HttpSurroundings } from './http-get.ts'
import { ImageCatalogue } from './image-catalogue.ts'

export interface ImageLibraryOptions {
  readonly cacheDir: string
  /** Address or path of a catalogue that is used in place of the one that comes with Strata; null: none. */
  readonly catalogueLocation: string | null
  /** What the database of systems lists. */
  readonly listed: () => Promise<readonly OsCloudImage[]>
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

  constructor({ cacheDir, catalogueLocation, listed, closing }: ImageLibraryOptions) {
    this.folder = join(cacheDir, 'images')
    this.closing = closing
    this.around = { clock: systemClock, env: process.env }
    this.catalogue = new ImageCatalogue({ location: catalogueLocation, listed, around: this.around, closing })
  }

  /** Whether somebody is at work, or waits to be, who gave that name. */
  isTaken(name: string): boolean {
    return this.#queues.has(name)
  }

  /**
   * One after the other among those who give the same name. One that is cancelled while it waits rejects at once; one that
   * is at work is waited for, because it cleans up.
   */
  async inTurn<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const queue = this.#queues.get(name) ?? new PQueue({ concurrency: 1 })
    this.#queues.set(name, queue)
    const begun = new AbortController()
    const turn = queue.add(() => {
      begun.abort()
      signal?.throwIfAborted()
      return work()
    })
    try {
      return await (signal === undefined ? turn : Promise.race([turn, abortedBefore(begun.signal, signal)]))
    } finally {
      if (queue.size === 0 && queue.pending === 0) this.#queues.delete(name)
    }
  }
}

/** Rejects when the signal is aborted before the other one; never resolves. */
function abortedBefore(begun: AbortSignal, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (begun.aborted) return
    const stop = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    begun.addEventListener('abort', () => {
      signal.removeEventListener('abort', stop)
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/** Among those who make or delete in a pool what is built on its images. */
export const poolTurn = ({ hostId, poolUuid }: { hostId: string; poolUuid: string }) => `pool ${hostId} ${poolUuid}`
