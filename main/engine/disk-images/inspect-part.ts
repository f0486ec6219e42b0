import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

import type { ImageFormat } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError, systemCodeOf } from '../strata-error.ts'
import { partOf, withLocalFile, type ReadAt } from '../this-computer/local-file.ts'
import { refuseCutImage } from './cut-image.ts'
import { contentHeadBytes, isDisk, readDiskContent, type DiskContent } from './disk-content.ts'
import { detectFormat } from './image-format.ts'
import { readImageInfo, type ImageInfo } from './image-info.ts'
import { referencedFiles, refuseVmdkReferences } from './image-references.ts'
import type { CheckedPiece, ImageSource } from './image-source.ts'
import { runImageTool, toolLimits } from './image-tool.ts'
import { givenPath, withOpenFile, withOpenImage } from './open-image.ts'
import type { VmdkDescription, VmdkExtent } from './vmdk-description.ts'

/** As in the contract: no disk of a machine is larger. */
const mostCapacityBytes = 64 * 1024 ** 4

/** What a disk image turned out to be. */
export interface InspectedImage extends ImageInfo {
  readonly source: ImageSource
  readonly fileName: string
  readonly format: ImageFormat
  /** Of its file, and of the pieces that belong to it. */
  readonly sizeBytes: number
  readonly content: DiskContent
}

/** Looks at an image in a file of this computer, or in a stretch of one. @throws StrataError with the field 'media' */
export function inspectLocalImage(
  path: string,
  part: ImageSource['part'] = null,
  fileName = basename(path),
): Promise<InspectedImage> {
  return withLocalFile(path, 'source', async (file) => {
    const readAt = part === null ? file.readAt : partOf(file.readAt, part.offsetBytes, part.sizeBytes)
    const fileBytes = part?.sizeBytes ?? file.sizeBytes
    if (fileBytes === 0)
      throw new StrataError('invalid-input', say('diskImages.isEmpty', { fileName }), { field: 'source' })
    const { format, split } = await formatOf(readAt, fileBytes, fileName)
    if (split !== null && part !== null) throw unsupported(fileName, say('diskImages.vmwareDiskSeveralPieces'))
    const pieces = split === null ? [] : await checkPieces(dirname(file.path), split, fileName)
    const piecesBytes = pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    if (split === null) await refuseCutImage(format, readAt, fileBytes, fileName)
    const checked = { mark: file.mark, split: split === null ? null : { layout: split.layout, pieces } }
    const source: ImageSource = { path: file.path, format, part, checked }
    const info = await readImageInfo(source, fileName)
    refuseUnusable(info, fileName)
    const content = readDiskContent(await guestHead(source, readAt, info, fileName))
    if (format === 'raw' && !isDisk(content)) throw noDisk(fileName)
    return { ...info, source, fileName, format, sizeBytes: fileBytes + piecesBytes, content }
  })
}

/** @throws StrataError when it is no image, or one that names other files than its own pieces */
export async function formatOf(
  readAt: ReadAt,
  sizeBytes: number,
  fileName: string,
): Promise<{ format: ImageFormat; split: VmdkDescription | null }> {
  const detected = await detectFormat(readAt, sizeBytes)
  switch (detected.kind) {
    case 'iso':
      throw new StrataError('invalid-input', say('diskImages.isoImageCdInstall', { fileName }), {
        field: 'source',
      })
    case 'other':
      throw unsupported(fileName, say('diskImages.itIs', { detected: detected.name }))
    case 'plain':
      return { format: 'raw', split: null }
    case 'image':
      return { format: detected.format, split: await referencedFiles(detected.format, readAt, sizeBytes, fileName) }
    case 'vmdk-descriptor':
      return { format: 'vmdk', split: await referencedFiles('vmdk-descriptor', readAt, sizeBytes, fileName) }
  }
}

type SizedPiece = CheckedPiece & { readonly sizeBytes: number }

/** Each must be a file of its own in the same folder: a link could lead anywhere, and so could a description inside of it. */
async function checkPieces(folder: string, { extents }: VmdkDescription, fileName: string): Promise<SizedPiece[]> {
  const pieces: SizedPiece[] = []
  for (const extent of extents) {
    // A flat file may hold several stretches; its bytes count once.
    const known = pieces.find(({ fileName: name }) => name === extent.fileName)
    const piece = await checkPiece(folder, extent, fileName)
    pieces.push(known === undefined ? piece : { ...piece, sizeBytes: 0 })
  }
  return pieces
}

async function checkPiece(folder: string, extent: VmdkExtent, fileName: string): Promise<SizedPiece> {
  const { fileName: name, kind, offsetSectors, sectors } = extent
  const path = join(folder, name)
  if ((await realpathOrNull(path)) === null) throw missingPiece(fileName, name)
  return withLocalFile(path, 'source', async ({ path: real, readAt, sizeBytes, mark }) => {
    if (real !== path) throw unsupported(fileName, say('diskImages.pieceLink', { name }))
    if (kind === 'FLAT' && sizeBytes < (offsetSectors + sectors) * 512)
      throw new StrataError('invalid-input', say('diskImages.damagedPieceEndsToo', { fileName, name }), {
        field: 'source',
      })
    if (kind === 'SPARSE') {
      const detected = await detectFormat(readAt, sizeBytes)
      if (detected.kind !== 'image' || detected.format !== 'vmdk')
        throw unsupported(fileName, say('diskImages.pieceNotWhatDescription', { name }))
      await refuseVmdkReferences(readAt, name)
    }
    return { ...extent, path: real, mark, sizeBytes }
  })
}

async function realpathOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
    return null
  }
}

function missingPiece(fileName: string, name: string): StrataError {
  return new StrataError('not-found', say('diskImages.notCompletePieceMissing', { fileName, name }), {
    field: 'source',
  })
}

function refuseUnusable(info: ImageInfo, fileName: string): void {
  if (info.capacityBytes > mostCapacityBytes) {
    throw new StrataError(
      'invalid-input',
      say('diskImages.saysLargeNoDisk', { fileName, capacity: info.capacityBytes }),
      {
        field: 'source',
      },
    )
  }
  if (info.isEncrypted) throw unsupported(fileName, say('diskImages.itIsEncrypted'))
}

/** The first bytes that the guest sees. Only raw content begins where the file does. */
async function guestHead(source: ImageSource, readAt: ReadAt, info: ImageInfo, fileName: string): Promise<Buffer> {
  if (source.format === 'raw') return readAt(0, Math.min(contentHeadBytes, info.capacityBytes))
  const folder = await mkdtemp(join(tmpdir(), 'strata-head-'))
  try {
    const path = join(folder, 'head.raw')
    const blocks = Math.ceil(Math.min(contentHeadBytes, Math.max(512, info.capacityBytes)) / 512)
    const end = await withOpenFile(path, 'wx+', (descriptor) =>
      withOpenImage(source, ({ words, descriptors }) => {
        const to = givenPath(descriptors.length)
        return runImageTool(
          ['dd', '-U', '-O', 'raw', 'bs=512', `count=${blocks}`, `if=${words.join('')}`, `of=${to}`],
          { limits: toolLimits.question, descriptors: [...descriptors, descriptor], sees: 'given' },
        )
      }),
    )
    if (end.exitCode === 0) return await readFile(path)
    throw new StrataError('invalid-input', say('diskImages.beginningCannotReadDamaged', { fileName }), {
      field: 'source',
      detail: end.errorText,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function noDisk(fileName: string): StrataError {
  return new StrataError('invalid-input', say('diskImages.diskAllNoImage', { fileName }), {
    field: 'source',
    detail: `qemu-img convert -f raw -O qcow2 ${fileName} disk.qcow2`,
  })
}

const unsupported = (fileName: string, why: Said) =>
  new StrataError('unsupported', say('diskImages.cannotImported', { fileName, why }), { field: 'source' })
