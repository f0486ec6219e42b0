import type { IsoMatch } from '@strata/contract/catalogue.ts'
import type { FoundMedia, MediaSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../../engine-parts.ts'
import { answerKind } from '../../guest-setup/answers/plan-answers.ts'
import type { Host } from '../../hosts/host.ts'
import { contentHeadBytes, isDisk, readDiskContent } from '../../disk-images/disk-content.ts'
import { detectFormat } from '../../disk-images/image-format.ts'
import { inspectDiskImage, type DiskImageFacts } from '../../imports/disk-image/inspect-disk-image.ts'
import { StrataError } from '../../strata-error.ts'
import { contentKind } from '../../imports/content-kind.ts'
import { readIsoImage, type IsoImage } from '../../disk-images/iso-image.ts'
import { withMedia, type OpenMedia } from '../../storage/read-media.ts'

/** An ISO, and the system on it. */
export interface InspectedIso {
  readonly content: 'iso'
  readonly found: FoundMedia
  readonly image: IsoImage
  /** Null: it does not say what it is. */
  readonly match: IsoMatch | null
}

export interface InspectedDiskImage {
  readonly content: 'disk-image'
  readonly found: FoundMedia
  readonly facts: DiskImageFacts
}

export type InspectedMedia =
  InspectedIso | InspectedDiskImage | { readonly content: 'appliance' | 'definition'; readonly found: FoundMedia }

type Parts = Pick<EngineParts, 'catalogue'>

/**
 * Looks at a file where it lies, and says what it is by its content.
 * @throws StrataError with the field 'source' that says what was found instead
 */
export function inspectMedia(parts: Parts, host: Host, media: MediaSource): Promise<InspectedMedia> {
  return withMedia(host, media, async (opened) => {
    const image = await readIsoImage(opened.readAt)
    if (image !== null) return inspectIso(parts, host, opened, image)
    const head = await opened.readAt(0, contentHeadBytes)
    const found = { ...opened.place, ...nothingKnown }
    const text = textOf(head)
    if (isTar(head) || (text !== null && /<([\w-]+:)?Envelope[\s>]/.test(text)))
      return { content: 'appliance', found: { ...found, content: 'appliance' } }
    if (text !== null && /<domain[\s>]/.test(text))
      return { content: 'definition', found: { ...found, content: 'definition' } }
    const isText = text !== null && !text.startsWith('# Disk DescriptorFile') // VMware describes its disks in text
    if (isText || !(await mayBeDisk(opened, head))) throw nothingToMake(found.fileName, head)
    return imageAt(host, opened, found)
  })
}

/** For those who take one kind only. @throws StrataError with the field 'source' */
export async function inspectIsoMedia(parts: Parts, host: Host, media: MediaSource): Promise<InspectedIso> {
  const inspected = await inspectMedia(parts, host, media)
  if (inspected.content === 'iso') return inspected
  const what = {
    'disk-image': say('create.diskImage'),
    appliance: say('create.anAppliance'),
    definition: say('create.libvirtXml'),
  }[inspected.content]
  throw new StrataError('invalid-input', say('create.notIsoImage', { fileName: inspected.found.fileName, what }), {
    field: 'source',
  })
}

const isTar = (head: Uint8Array) => String.fromCharCode(...head.subarray(257, 262)) === 'ustar'

/** Null: it is not text. */
function textOf(head: Uint8Array): string | null {
  if (head.length === 0 || head.includes(0)) return null
  return new TextDecoder().decode(head)
}

function nothingToMake(fileName: string, head: Uint8Array): StrataError {
  const kind = contentKind(head.subarray(0, 512))
  return new StrataError('invalid-input', say('create.notInstallationImageNothing', { fileName, kind }), {
    field: 'source',
  })
}

/** What bears an image format's mark, or begins as a disk does. */
async function mayBeDisk({ readAt, place }: OpenMedia, head: Uint8Array): Promise<boolean> {
  const buffered = async (offset: number, length: number) => Buffer.from(await readAt(offset, length))
  const detected = await detectFormat(buffered, place.sizeBytes)
  return detected.kind !== 'plain' || isDisk(readDiskContent(Buffer.from(head)))
}

async function imageAt(
  host: Host,
  { place }: OpenMedia,
  found: Omit<FoundMedia, 'content'>,
): Promise<InspectedDiskImage> {
  const facts = await atSource(inspectDiskImage(host, place.source))
  const { bootable, format, capacityBytes } = facts
  return { content: 'disk-image', facts, found: { ...found, content: 'disk-image', bootable, format, capacityBytes } }
}

/** The same failure, told of the form's own field. */
async function atSource<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof StrataError)) throw error
    const { detail, repairs } = error.data
    throw new StrataError(error.code, error.message, {
      cause: error,
      detail: detail ?? undefined,
      repairs,
      field: 'source',
    })
  }
}

const nothingKnown = {
  volumeLabel: null,
  bootable: null,
  os: null,
  answers: null,
  format: null,
  capacityBytes: null,
}

async function inspectIso(parts: Parts, host: Host, { place }: OpenMedia, image: IsoImage): Promise<InspectedIso> {
  const match = await parts.catalogue.detectIso(image, host.facts?.architecture)
  const { volumeLabel, bootsBios, bootsUefi } = image
  const os = match === null ? null : { osId: match.os.osId, name: match.os.name, guessed: match.certainty === 'guess' }
  const answers = match === null ? null : answerKind(match.os.osId, volumeLabel)
  const bootable = bootsBios || bootsUefi
  return {
    content: 'iso',
    image,
    match,
    found: { ...place, ...nothingKnown, content: 'iso', volumeLabel, bootable, os, answers },
  }
}
