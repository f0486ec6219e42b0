import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError } from '../../strata-error.ts'
import type { ReadAt } from '../../this-computer/local-file.ts'

/** A file inside an archive, and where its bytes lie. */
export interface ArchiveEntry {
  readonly name: string
  readonly offsetBytes: number
  readonly sizeBytes: number
}

const blockBytes = 512
// An appliance holds a description, a manifest and some disks: what goes beyond this is made to keep us busy.
const mostEntries = 512
const longestExtensionBytes = 64 * 1024
const longestName = 255

/**
 * The files of a tar archive, from its headers alone: POSIX ustar with pax or GNU's long names. Links, devices and
 * names that lead out of the archive are refused, as no appliance needs them.
 * @throws StrataError 'invalid-input'
 */
export async function readTarEntries(readAt: ReadAt, archiveBytes: number): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = []
  let extended: Extension = {} // for the next file
  for (let at = 0, headers = 0; at + blockBytes <= archiveBytes; headers += 1) {
    if (headers > mostEntries) throw refused(say('imports.holdsMoreThanFiles', { mostEntries }))
    const header = await readAt(at, blockBytes)
    if (header.every((byte) => byte === 0)) break
    if (!isTarHeader(header)) throw refused(say('imports.whatStandsByteNo', { at }))
    const sizeBytes = extended.sizeBytes ?? numberField(header, 124, 12)
    const dataAt = at + blockBytes
    if (dataAt + sizeBytes > archiveBytes) throw refused(say('imports.endsMiddleFileDownload'))
    at = dataAt + Math.ceil(sizeBytes / blockBytes) * blockBytes
    const type = String.fromCharCode(header[156] ?? 0)
    if (isExtension(type)) {
      Object.assign(extended, await readExtension(type, readAt, dataAt, sizeBytes))
      continue
    }
    const name = plainName(extended.name ?? headerName(header))
    extended = {}
    if (type === '5') continue
    if (type !== '0' && type !== '\0' && type !== '7') throw refused(say('imports.linkOrDevice', { name }))
    if (entries.some((entry) => entry.name === name)) throw refused(say('imports.holdsTwice', { name }))
    entries.push({ name, offsetBytes: dataAt, sizeBytes })
  }
  return entries
}

/** The checksum of the header counts its own field as spaces (POSIX pax, "ustar Interchange Format"). */
export function isTarHeader(header: Uint8Array): boolean {
  if (header.length < blockBytes) return false
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  return sum === octal(header, 148, 8)
}

interface Extension {
  name?: string
  sizeBytes?: number
}

/** pax (x for the next file, g for all) and GNU (L) put what the header has no room for before it. K is a link's name. */
const isExtension = (type: string) => type === 'x' || type === 'g' || type === 'L' || type === 'K'

async function readExtension(type: string, readAt: ReadAt, at: number, sizeBytes: number): Promise<Extension> {
  if (sizeBytes > longestExtensionBytes) throw refused(say('imports.headerTooLong'))
  const data = await readAt(at, sizeBytes)
  if (type === 'L') return { name: text(data, 0, data.length) }
  return type === 'x' ? readPax(data) : {}
}

/** Records of "length key=value", each ending with a line break; the length counts all of it. */
function readPax(data: Buffer): Extension {
  const extension: Extension = {}
  let at = 0
  while (at < data.length) {
    const length = Number(/^\d+(?= )/.exec(data.toString('latin1', at, at + 12))?.[0] ?? 0)
    if (length < 5 || at + length > data.length) throw refused(say('imports.extendedHeaderDamaged'))
    const [, key, value = ''] = /^\d+ ([^=]+)=([^]*)\n$/.exec(data.toString('utf8', at, at + length)) ?? []
    if (key === 'path') extension.name = value
    if (key === 'size') extension.sizeBytes = wholeNumber(Number(value))
    if (key?.startsWith('GNU.sparse') === true) throw refused(say('imports.holdsFileHolesNo'))
    at += length
  }
  return extension
}

function headerName(header: Buffer): string {
  const name = text(header, 0, 100)
  const prefix = text(header, 257, 262) === 'ustar' && header[262] === 0 ? text(header, 345, 500) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Without './' before it. */
function plainName(raw: string): string {
  const parts = raw.split('/').filter((part) => part !== '.' && part !== '')
  const name = parts.join('/')
  const leadsOut = raw.startsWith('/') || parts.includes('..') || raw.includes('\\') || raw.includes('\0')
  if (leadsOut) throw refused(say('imports.nameFileLeadsOut'))
  if (Buffer.byteLength(name) > longestName) throw refused(say('imports.nameFileTooLong'))
  return name
}

/** Octal digits; or, with the first bit set, a number in binary (GNU), for what is larger than 8 GiB. */
function numberField(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) === 0) return wholeNumber(octal(header, at, length))
  if (header[at] !== 0x80 || header.readUInt32BE(at) !== 0x80_00_00_00) throw refused(say('imports.fileTooLarge'))
  return wholeNumber(Number(header.readBigUInt64BE(at + length - 8)))
}

function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(Buffer.from(header.subarray(at, at + length)), 0, length).trim()
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN
}

function wholeNumber(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw refused(say('imports.sizeFileCannot'))
  return value
}

function text(bytes: Buffer, from: number, to: number): string {
  const words = bytes.subarray(from, to)
  const end = words.indexOf(0)
  return words.toString('utf8', 0, end < 0 ? words.length : end)
}

const refused = (why: Said) =>
  new StrataError('invalid-input', say('imports.archiveNotApplianceCan', { why }), { field: 'path' })
