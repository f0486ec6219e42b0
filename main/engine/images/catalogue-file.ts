import { imageId } from '@strata/contract/images.ts'
import { say } from '@strata/contract/words/say.ts'
import { z } from 'zod'

import { StrataError } from '../strata-error.ts'

const url = z.string().min(1).max(2048)
const bytes = z.number().int().positive()

/** Where the digest of an image is published, and how it is written there. */
const checksum = z.object({
  url,
  algorithm: z.enum(['sha256', 'sha512']),
  /**
   * 'list': '<digest>  <file name>' a line, as sha256sum writes it. 'bsd': 'SHA256 (<file name>) = <digest>'.
   * 'single': a file for this image alone, in either form or with nothing but the digest; the name in it may be that of
   * a dated build which the address only points to.
   */
  layout: z.enum(['list', 'bsd', 'single']),
})

export type PublishedChecksum = z.infer<typeof checksum>

/** Files of keys on this computer, binary or armoured; the first that is there is the one that counts. */
const keyrings = z.array(z.string().startsWith('/').max(1024)).max(8)

const signature = z.discriminatedUnion('kind', [
  /** A file of its own, over the file of checksums or over the image itself as it is downloaded. */
  z.object({ kind: z.literal('detached'), of: z.enum(['checksum', 'image']), url, keyrings }),
  /** The file of checksums is signed in itself. */
  z.object({ kind: z.literal('clearsigned'), keyrings }),
])
export type PublishedSignature = z.infer<typeof signature>

const catalogueImage = z.object({
  id: imageId,
  osId: z.string().min(1).max(128),
  name: z.string().min(1).max(128),
  version: z.string().min(1).max(64),
  /** Year and month, '2025-08'; null: it changes all the time. */
  releasedIn: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .nullable(),
  architecture: z.string().min(1).max(32),
  /** Others say nowhere whether all of them has arrived. */
  format: z.literal('qcow2'),
  /** What it is packed with for the way. */
  compression: z.enum(['xz', 'gz', 'zst']).nullable(),
  url,
  /** Null: none is published. */
  checksum: checksum.nullable(),
  signature: signature.nullable(),
  defaultUser: z.string().max(32).nullable(),
  cloudInit: z.boolean(),
  firmware: z.enum(['any', 'bios', 'uefi']),
  /** About; for the eye, and to see beforehand whether there is room. */
  downloadBytes: bytes.nullable(),
  /** The disk that the guest sees. */
  capacityBytes: bytes.nullable(),
})
export interface CatalogueImage extends z.infer<typeof catalogueImage> {
  /** Its catalogue came over an open way: whoever changed the image could have changed what it is compared with. */
  readonly cameOpenly?: boolean
}

const catalogueFile = z.object({ version: z.literal(1), images: z.array(catalogueImage).max(4096) })

/**
 * Reads a catalogue; its addresses may be relative to its own.
 * @throws StrataError 'invalid-input' that names what does not fit
 */
export function parseCatalogue(content: unknown, baseUrl: string): CatalogueImage[] {
  const parsed = catalogueFile.safeParse(content)
  if (!parsed.success) throw unfit(baseUrl, z.prettifyError(parsed.error))
  const seen = new Set<string>()
  for (const { id } of parsed.data.images) {
    if (seen.has(id)) throw unfit(baseUrl, `twice in it: ${id}`)
    seen.add(id)
  }
  return parsed.data.images.map((image) => withWholeUrls(image, baseUrl))
}

function withWholeUrls(image: CatalogueImage, baseUrl: string): CatalogueImage {
  const whole = (address: string) => wholeUrl(address, baseUrl)
  const { checksum: sums, signature: signed } = image
  return {
    ...image,
    ...(baseUrl.startsWith('http:') && { cameOpenly: true }),
    url: whole(image.url),
    checksum: sums && { ...sums, url: whole(sums.url) },
    signature: signed?.kind === 'detached' ? { ...signed, url: whole(signed.url) } : signed,
  }
}

function wholeUrl(address: string, baseUrl: string): string {
  const base = URL.canParse(baseUrl) ? baseUrl : undefined
  const parsed = URL.canParse(address, base) ? new URL(address, base) : null
  // Files of this computer are for a catalogue that lies on it: one from the network could name any of them.
  const isLocal = base !== undefined && new URL(base).protocol === 'file:'
  const protocols = ['http:', 'https:', ...(isLocal ? ['file:'] : [])]
  if (parsed === null || !protocols.includes(parsed.protocol))
    throw unfit(baseUrl, `no address to download from: ${address}`)
  return parsed.href
}

function unfit(baseUrl: string, detail: string): StrataError {
  return new StrataError('invalid-input', say('images.catalogueImagesCannotUsed', { baseUrl }), { detail })
}
