import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

import type { ImageFormat } from '@strata/contract/imports.ts'

import { byteText } from '../byte-text.ts'
import { StrataError, systemCodeOf } from '../strata-error.ts'
import { partOf, withLocalFile, type ReadAt } from '../this-computer/local-file.ts'
import { refuseCutImage } from './cut-image.ts'
import { contentHeadBytes, isDisk, readDiskContent, type DiskContent } from './disk-content.ts'
import { detectFormat } from './image-format.ts'
import { referencedFiles } from './image-references.ts'
import { imageArguments, type ImageSource } from './image-source.ts'
import { readImageInfo, runImageTool, type ImageInfo } from './image-tool.ts'

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
    if (fileBytes === 0) throw new StrataError('invalid-input', `${fileName} is empty.`, { field: 'source' })
    const { format, pieces } = await formatOf(readAt, fileBytes, fileName)
    if (pieces.length > 0 && part !== null)
      throw unsupported(fileName, 'It is a VMware disk in several pieces, inside an archive.')
    const piecesBytes = await sizeOfPieces(dirname(file.path), pieces, fileName)
    if (pieces.length === 0) await refuseCutImage(format, readAt, fileBytes, fileName)
    const source = { path: file.path, format, part }
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
): Promise<{ format: ImageFormat; pieces: readonly string[] }> {
  const detected = await detectFormat(readAt, sizeBytes)
  switch (detected.kind) {
    case 'iso':
      throw new StrataError('invalid-input', `${fileName} is an ISO image: a CD to install from, not a disk.`, {
        field: 'source',
      })
    case 'other':
      throw unsupported(fileName, `It is ${detected.name}.`)
    case 'plain':
      return { format: 'raw', pieces: [] }
    case 'image':
      return { format: detected.format, pieces: await referencedFiles(detected.format, readAt, sizeBytes, fileName) }
    case 'vmdk-descriptor':
      return { format: 'vmdk', pieces: await referencedFiles('vmdk-descriptor', readAt, sizeBytes, fileName) }
  }
}

/** Each must be a file of its own in the same folder: a link could lead anywhere, and so could a description inside of it. */
async function sizeOfPieces(folder: string, names: readonly string[], fileName: string): Promise<number> {
  let totalBytes = 0
  for (const name of names) {
    const path = join(folder, name)
    if ((await realpathOrNull(path)) === null) throw missingPiece(fileName, name)
    totalBytes += await withLocalFile(path, 'source', async (piece) => {
      if (piece.path !== path) throw unsupported(fileName, `Its piece ${name} is a link.`)
      const detected = await detectFormat(piece.readAt, piece.sizeBytes)
      if (detected.kind === 'image' && detected.format === 'vmdk')
        await referencedFiles('vmdk', piece.readAt, piece.sizeBytes, name)
      return piece.sizeBytes
    })
  }
  return totalBytes
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
  return new StrataError(
    'not-found',
    `${fileName} is not complete: its piece ${name} is missing. Put all pieces into one folder.`,
    { field: 'source' },
  )
}

function refuseUnusable(info: ImageInfo, fileName: string): void {
  if (info.capacityBytes > mostCapacityBytes) {
    throw new StrataError(
      'invalid-input',
      `${fileName} says that it is ${byteText(info.capacityBytes)} large, which no disk of a machine can be.`,
      {
        field: 'source',
      },
    )
  }
  if (info.isEncrypted) throw unsupported(fileName, 'It is encrypted.')
}

/** The first bytes that the guest sees. Only raw content begins where the file does. */
async function guestHead(source: ImageSource, readAt: ReadAt, info: ImageInfo, fileName: string): Promise<Buffer> {
  if (source.format === 'raw') return readAt(0, Math.min(contentHeadBytes, info.capacityBytes))
  const folder = await mkdtemp(join(tmpdir(), 'strata-head-'))
  try {
    const path = join(folder, 'head.raw')
    const [input = '', ...before] = imageArguments(source).toReversed()
    const blocks = Math.ceil(Math.min(contentHeadBytes, Math.max(512, info.capacityBytes)) / 512)
    const end = await runImageTool([
      'dd',
      '-U',
      ...before.toReversed(),
      '-O',
      'raw',
      'bs=512',
      `count=${blocks}`,
      `if=${input}`,
      `of=${path}`,
    ])
    if (end.exitCode === 0) return await readFile(path)
    throw new StrataError(
      'invalid-input',
      `The beginning of ${fileName} cannot be read: it is damaged, or not complete.`,
      {
        field: 'source',
        detail: end.errorText,
      },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function noDisk(fileName: string): StrataError {
  return new StrataError(
    'invalid-input',
    `Is ${fileName} a disk at all? It is no image of a format that is known, and nothing in it is a partition table or a file system. If it is a disk, make it an image that says so.`,
    { field: 'source', detail: `qemu-img convert -f raw -O qcow2 ${fileName} disk.qcow2` },
  )
}

const unsupported = (fileName: string, why: string) =>
  new StrataError('unsupported', `${fileName} cannot be imported. ${why}`, { field: 'source' })
