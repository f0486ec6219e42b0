import { say } from '@strata/contract/words/say.ts'
import { dirname } from 'node:path'

import type { HostRegistry } from '../hosts/host-registry.ts'
import type { Host } from '../hosts/host.ts'
import { joinClaims, type Claims, type FileOwner } from './file-claim.ts'
import { FileUses } from './file-uses.ts'
import { claimsOfHost } from './host-claims.ts'
import { imagesInFolder, imagesInPools, type LyingImage } from './pool-images.ts'

/** Whoever keeps files for later tells so by this: the trash, journals of jobs, the library of cloud images. */
export type ClaimSource = (hosts: readonly Host[]) => Promise<Claims>

export interface FileQuestion {
  /** Where the act is. */
  readonly host: Host
  /** The files that it would change or delete. */
  readonly paths: readonly string[]
  /** Who asks: their own needs are no reason against it. */
  readonly except?: readonly FileOwner[]
}

/**
 * The one answer to "who needs this file?". Nothing is remembered: definitions, running guests, restore points, saved
 * states, image headers, and what the sources say are read at each question. What could not be read is part of the answer.
 */
export class FileUsers {
  readonly #sources: ClaimSource[] = []

  constructor(private readonly hosts: HostRegistry) {}

  addSource(source: ClaimSource): void {
    this.#sources.push(source)
  }

  async ask({ host, paths, except = [] }: FileQuestion): Promise<FileUses> {
    const around = this.#inOnePlace(host)
    const [claims, images] = await Promise.all([this.#claims(around), lyingImages(around, host, paths)])
    const uses = new FileUses(host, [...claims.unseen, ...images.unseen], except)
    for (const claim of claims.claims) uses.addClaim(claim)
    for (const image of images.images) uses.addImage(image)
    await uses.follow()
    return uses
  }

  /** A file may belong to a machine of another daemon of the same computer. */
  #inOnePlace(host: Host): readonly Host[] {
    const { files } = host
    if (files === null) return [host]
    return this.hosts.all().filter((each) => each.id === host.id || each.files?.placeName === files.placeName)
  }

  async #claims(hosts: readonly Host[]): Promise<Claims> {
    return joinClaims(
      await Promise.all([...hosts.map((host) => claimsOfHost(host)), ...this.#sources.map((source) => source(hosts))]),
    )
  }
}

/** What lies in the pools, and beside the files that are asked for: an overlay that no machine names is often there. */
async function lyingImages(hosts: readonly Host[], host: Host, paths: readonly string[]) {
  const images = new Map<string, LyingImage>()
  const unseen: Claims['unseen'][number][] = []
  for (const each of hosts) {
    try {
      const found = await imagesInPools(each)
      for (const image of found.images) images.set(image.path, image)
      unseen.push(...found.unseen)
    } catch (error) {
      each.log.warn({ err: error, host: each.id }, 'the images in the pools could not be listed')
      unseen.push({
        sentence: say('diskImages.storagePoolsCannotLooked', { label: each.label }),
      })
    }
  }
  if (host.files !== null) {
    for (const folder of new Set(paths.map((path) => dirname(path)))) {
      const { images: beside } = await imagesInFolder(host.files, folder)
      for (const image of beside) if (!images.has(image.path)) images.set(image.path, image)
    }
  }
  return { images: [...images.values()], unseen }
}
