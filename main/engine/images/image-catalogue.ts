import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { OsCloudImage } from '@strata/contract/catalogue.ts'
import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import { parseCatalogue, type CatalogueImage } from './catalogue-file.ts'
import { fetchSmallFile } from './fetch-small-file.ts'
import type { HttpSurroundings } from './http-get.ts'
import shippedCatalogue from './cloud-images.json' with { type: 'json' }
import { imagesBeside } from './osinfo-images.ts'

/** A catalogue from elsewhere may change, and so may the database of systems. */
const freshForMs = 10 * 60_000

export interface ImageCatalogueOptions {
  /** Address or path of a catalogue that is used in place of the one that comes with Strata; null: none. */
  readonly location: string | null
  readonly around: HttpSurroundings
  /** What the database of systems lists. */
  readonly listed: () => Promise<readonly OsCloudImage[]>
  /** Aborted when the engine closes. */
  readonly closing: AbortSignal
}

/** The images that can be had. */
export class ImageCatalogue {
  readonly #options: ImageCatalogueOptions
  #loaded: { readonly images: Promise<readonly CatalogueImage[]>; readonly untilMs: number } | null = null

  constructor(options: ImageCatalogueOptions) {
    this.#options = options
  }

  all(): Promise<readonly CatalogueImage[]> {
    if (this.#loaded !== null && Date.now() < this.#loaded.untilMs) return this.#loaded.images
    const images = this.#load()
    const loaded = { images, untilMs: Date.now() + freshForMs }
    this.#loaded = loaded
    images.catch(() => {
      if (this.#loaded === loaded) this.#loaded = null // the next one who asks tries again
    })
    return images
  }

  /** @throws StrataError 'not-found' */
  async get(imageId: string): Promise<CatalogueImage> {
    const image = (await this.all()).find(({ id }) => id === imageId)
    if (image === undefined)
      throw new StrataError('not-found', say('images.thereNoImageCatalogue', { imageId }), { field: 'source' })
    return image
  }

  async #load(): Promise<readonly CatalogueImage[]> {
    const { location, listed, closing, around } = this.#options
    if (location === null) {
      const ours = parseCatalogue(shippedCatalogue, 'strata')
      return [...ours, ...imagesBeside(ours, await listed())]
    }
    const url = catalogueUrl(location)
    const text = await fetchSmallFile(url, say('images.catalogueImages'), closing, around)
    return parseCatalogue(parseJson(text.toString('utf8'), url), url)
  }
}

const catalogueUrl = (location: string) =>
  /^https?:\/\//i.test(location) ? location : pathToFileURL(resolve(location)).href

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StrataError('invalid-input', say('images.catalogueImagesCannotUsed2', { url }), { cause: error })
  }
}
