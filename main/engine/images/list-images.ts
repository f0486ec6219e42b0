import type { CloudImage } from '@strata/contract/images.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'
import { toStrataError } from '../strata-error.ts'
import type { CatalogueImage } from './catalogue-file.ts'
import { imageUsers } from './image-users.ts'
import { mostWantedFirst } from './most-wanted.ts'
import { partialDownloads } from './partial-file.ts'
import { placedImages, type PlacedImage } from './placed-images.ts'
import { howVerified } from './signature.ts'

/** The catalogue for the host's architecture, with what of it is here: first that, then what is most likely wanted. */
export async function listImages(
  { images, fileUsers }: Pick<EngineParts, 'images' | 'fileUsers'>,
  host: Host,
): Promise<CloudImage[]> {
  const known = await images.catalogue.all()
  const architecture = host.facts?.architecture ?? 'x86_64'
  const fitting = known.filter((image) => image.architecture === architecture)
  const [places, partly] = await Promise.all([placesOf(fileUsers, host), partialDownloads(images.folder)])
  const pictures = await Promise.all(
    mostWantedFirst(fitting).map(async (image) =>
      picture(image, places.get(image.id) ?? [], partly.get(image.id) ?? null, await howVerified(image)),
    ),
  )
  return pictures.sort((one, other) => rank(one) - rank(other))
}

const rank = ({ state }: CloudImage) => ['here', 'partly-here', 'remote'].indexOf(state)

interface UsedImage extends PlacedImage {
  readonly users: readonly string[]
}

async function placesOf(fileUsers: FileUsers, host: Host): Promise<ReadonlyMap<string, readonly UsedImage[]>> {
  try {
    return await host.slow(async (connection) => {
      const placed = await placedImages(connection)
      const { byPath } = await imageUsers(
        fileUsers,
        host,
        placed.map(({ path }) => path),
      )
      const places = new Map<string, UsedImage[]>()
      for (const each of placed) {
        const used = { ...each, users: byPath.get(each.path) ?? [] }
        places.set(each.imageId, [...(places.get(each.imageId) ?? []), used])
      }
      return places
    })
  } catch (error) {
    throw toStrataError(error, say('images.imagesCouldNotListed', { host: host.label }))
  }
}

function picture(
  image: CatalogueImage,
  places: readonly UsedImage[],
  arrivedBytes: number | null,
  verifiedBy: CloudImage['verifiedBy'],
): CloudImage {
  const [newest] = places
  return {
    imageId: image.id,
    osId: image.osId,
    name: image.name,
    version: image.version,
    architecture: image.architecture,
    downloadBytes: newest?.allocationBytes ?? image.downloadBytes,
    capacityBytes: newest?.capacityBytes ?? image.capacityBytes,
    defaultUser: image.defaultUser,
    needsSetup: image.cloudInit,
    firmware: image.firmware,
    verifiedBy,
    state: newest !== undefined ? 'here' : arrivedBytes !== null ? 'partly-here' : 'remote',
    arrivedBytes: newest === undefined ? (arrivedBytes ?? 0) : 0,
    usedBy: [...new Set(places.flatMap(({ users }) => users))].sort(),
    poolUuid: newest?.poolUuid ?? null,
  }
}
