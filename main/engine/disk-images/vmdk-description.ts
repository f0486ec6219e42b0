import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError } from '../strata-error.ts'

/*
 * The text that describes a VMware disk (VMware's "Virtual Disk Format 5.0", section "The Descriptor File"). QEMU reads it
 * with sscanf: a line break counts as a blank, a number may have a sign, and what does not fit is passed over. So nothing is
 * passed over here: a text with a line that is not known is refused whole, and QEMU is never given it, but one that says the
 * same of files that were looked at.
 */

/** One stretch of the disk, and the file that holds it. */
export interface VmdkExtent {
  readonly kind: 'FLAT' | 'SPARSE'
  readonly sectors: number
  /** Of the file's name; it lies beside the description. */
  readonly fileName: string
  /** Where the stretch begins in a flat file. */
  readonly offsetSectors: number
}

export interface VmdkDescription {
  readonly layout: string
  readonly extents: readonly VmdkExtent[]
}

/** QEMU's names for the layouts that have files of their own; each of its extents is one of these kinds. */
const layouts: Readonly<Record<string, readonly string[]>> = {
  monolithicFlat: ['FLAT'],
  twoGbMaxExtentFlat: ['FLAT'],
  twoGbMaxExtentSparse: ['SPARSE'],
  vmfs: ['VMFS', 'FLAT'],
}

const knownKeys = new Set([
  'version',
  'encoding',
  'cid',
  'parentcid',
  'isnativesnapshot',
  'createtype',
  'changetrackpath',
])
const noParent = 'ffffffff'
/** Each is open while the image is read. */
const mostExtents = 1000
/** As in the contract: 64 TiB. */
const mostSectors = (64 * 1024 ** 4) / 512

const extentLine = /^(RW)[ \t]+(\d{1,15})[ \t]+(FLAT|VMFS|SPARSE)[ \t]+"([^"]{1,255})"(?:[ \t]+(\d{1,15}))?[ \t]*$/
const keyLine = /^[ \t]*([A-Za-z][\w.-]{0,99})[ \t]*=[ \t]*(?:"([^"]{0,511})"|([\w.-]{0,511}))[ \t]*$/
/** No folder, no protocol of QEMU's, and none of its special names. */
const isPlainName = (name: string) => /^[^/\\:]+$/.test(name) && name !== '.' && name !== '..'

/** @throws StrataError for whatever is not known in it, with the line */
export function readVmdkDescription(text: string, fileName: string): VmdkDescription {
  const extents: VmdkExtent[] = []
  const values = new Map<string, string>()
  for (const line of linesOf(text, fileName)) {
    if (/^[ \t]*(?:#.*)?$/.test(line)) continue
    const [, key, quotedValue, bareValue] = keyLine.exec(line) ?? []
    if (key === undefined) extents.push(readExtent(line, fileName))
    else readKey(values, key.toLowerCase(), quotedValue ?? bareValue ?? '', { line, fileName })
  }
  const layout = values.get('createtype') ?? ''
  const kinds = layouts[layout]
  if (kinds === undefined) throw refused(fileName, say('diskImages.laidOutStrataDoes', { layout }))
  if (extents.length === 0 || extents.length > mostExtents) throw damaged(fileName, say('diskImages.namesNoPiecesDisk'))
  const isSparse = kinds.includes('SPARSE')
  if (extents.some(({ kind }) => (kind === 'SPARSE') !== isSparse))
    throw damaged(fileName, say('diskImages.piecesNotKind', { layout }))
  if (extents.reduce((sum, { sectors }) => sum + sectors, 0) > mostSectors)
    throw damaged(fileName, say('diskImages.piecesTogetherLargerThan'))
  return { layout, extents }
}

function linesOf(text: string, fileName: string): string[] {
  const whole = text.replace(/\0+$/, '') // some programs fill the file up
  const lines = whole.split(/\r?\n/)
  const strange = lines.find((line) => /[^\P{Cc}\t]|[\u2028\u2029\uFFFD]/u.test(line))
  if (strange !== undefined) throw unknownLine(fileName, strange)
  return lines
}

function readKey(
  values: Map<string, string>,
  key: string,
  value: string,
  { line, fileName }: { line: string; fileName: string },
): void {
  if (key === 'parentfilenamehint' || (key === 'parentcid' && value.toLowerCase() !== noParent))
    throw refused(fileName, say('diskImages.holdsOnlyWhatDiffers'))
  if (key.startsWith('ddb.')) return
  if (!knownKeys.has(key)) throw unknownLine(fileName, line)
  if (values.has(key)) throw damaged(fileName, say('diskImages.saysTwice', { key }))
  values.set(key, value)
}

/** A line as 'RW 4192256 SPARSE "disk-s001.vmdk"'. Only files beside it are taken. */
function readExtent(line: string, fileName: string): VmdkExtent {
  const [, , sectors, kind, name, offset] = extentLine.exec(line) ?? []
  if (sectors === undefined || kind === undefined || name === undefined) throw unknownLine(fileName, line)
  if (!isPlainName(name)) throw refused(fileName, say('diskImages.keepsDataFilesOutside'))
  if (name === fileName) throw damaged(fileName, say('diskImages.namesItselfOwnPiece'))
  // Only of flat pieces QEMU wants to know where they begin.
  if ((kind === 'FLAT' && offset === undefined) || (kind !== 'FLAT' && offset !== undefined))
    throw unknownLine(fileName, line)
  const extent = { sectors: Number(sectors), offsetSectors: Number(offset ?? 0) }
  if (extent.sectors === 0 || extent.sectors > mostSectors || extent.offsetSectors > mostSectors)
    throw unknownLine(fileName, line)
  return { kind: kind === 'SPARSE' ? 'SPARSE' : 'FLAT', fileName: name, ...extent }
}

/** A description of Strata's own, of files that were looked at. @param paths of the extents, in their order */
export function writeVmdkDescription({ layout, extents }: VmdkDescription, paths: readonly string[]): string {
  const lines = extents.map(({ kind, sectors, offsetSectors }, index) => {
    const path = paths[index] ?? ''
    if (!/^\/[\w./-]{1,500}$/.test(path)) throw new TypeError('A piece is named by a plain path')
    return `RW ${sectors} ${kind} "${path}"${kind === 'FLAT' ? ` ${offsetSectors}` : ''}`
  })
  const isFlat = extents.every(({ kind }) => kind === 'FLAT')
  const ownLayout = layout === 'vmfs' || isFlat ? 'twoGbMaxExtentFlat' : 'twoGbMaxExtentSparse'
  const head = ['# Disk DescriptorFile', 'version=1', 'CID=fffffffe', `parentCID=${noParent}`]
  return [...head, `createType="${ownLayout}"`, ...lines, ''].join('\n')
}

/** Refuses a description inside of a disk's own file, of which QEMU looks at the parent only. */
export function refuseVmdkParent(text: string, fileName: string): void {
  const [, parent = noParent] = /parentCID[ \t]*=[ \t]*([0-9a-fA-F]+)/i.exec(text) ?? []
  if (/parentFileNameHint/i.test(text) || parent.toLowerCase() !== noParent)
    throw refused(fileName, say('diskImages.holdsOnlyWhatDiffers'))
}

function unknownLine(fileName: string, line: string): StrataError {
  const shown = JSON.stringify(line.slice(0, 80))
  return new StrataError('unsupported', say('diskImages.cannotImportedDescriptionDisk', { fileName, shown }), {
    field: 'source',
    detail: `qemu-img convert -f vmdk -O qcow2 ${fileName} whole.qcow2`,
  })
}

function refused(fileName: string, why: Said): StrataError {
  return new StrataError('unsupported', say('diskImages.cannotImportedMakeOne', { fileName, why }), {
    field: 'source',
    detail: `qemu-img convert -f vmdk -O qcow2 ${fileName} whole.qcow2`,
  })
}

function damaged(fileName: string, why: Said): StrataError {
  return new StrataError('invalid-input', say('diskImages.isDamaged', { fileName, why }), { field: 'source' })
}
