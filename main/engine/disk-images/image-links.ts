import { dirname, resolve } from 'node:path'

import type { HostFiles, OpenHostFile } from '../hosts/place/host-files.ts'
import { systemCodeOf } from '../strata-error.ts'

/** The files that an image's own header names. Its writer may be a guest: whoever reads this keeps files by it, and opens none. */
export type ImageLinks =
  /** Each as a path of the host. */
  | { readonly kind: 'read'; readonly paths: readonly string[] }
  | { readonly kind: 'missing' }
  /** There, perhaps, and not to be read by this process. */
  | { readonly kind: 'unseen' }

const headerBytes = 104
const longestName = 4096
const extensionsBytes = 64 * 1024
const dataFileExtension = 0x44_41_54_41
const descriptionBytes = 64 * 1024

/** @see QEMU's docs/interop/qcow2.txt and qed_spec.txt; VMware's "Virtual Disk Format 5.0" */
export async function readImageLinks(files: HostFiles, path: string): Promise<ImageLinks> {
  try {
    return await files.withOpen(path, async (file) => {
      const { kind } = file.facts
      if (kind !== 'file' && kind !== 'block-device') return { kind: 'read', paths: [] }
      return { kind: 'read', paths: (await namesIn(file)).flatMap((name) => pathsOfName(name, path)) }
    })
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === null) throw error
    return { kind: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unseen' }
  }
}

async function namesIn(file: OpenHostFile): Promise<string[]> {
  const header = await file.readAt(0, headerBytes)
  const begins = (mark: string) => header.subarray(0, mark.length).toString('latin1') === mark
  if (begins('QFI\u00FB') && header.length >= 72) return qcow2Names(file, header)
  if (begins('QED\0') && header.length >= 64) return qedNames(file, header)
  if (begins('KDMV') && header.length >= 44) {
    const at = Number(header.readBigUInt64LE(28)) * 512
    return at === 0 || !Number.isSafeInteger(at) ? [] : quotedNames(await file.readAt(at, descriptionBytes))
  }
  if (begins('# Disk DescriptorFile')) return quotedNames(await file.readAt(0, descriptionBytes))
  return []
}

async function qcow2Names(file: OpenHostFile, header: Buffer): Promise<string[]> {
  const names: string[] = []
  const [at, length] = [Number(header.readBigUInt64BE(8)), header.readUInt32BE(16)]
  if (at > 0 && Number.isSafeInteger(at) && length > 0 && length <= longestName)
    names.push((await file.readAt(at, length)).toString('utf8'))
  const isLater = header.readUInt32BE(4) >= 3 && header.length >= headerBytes
  const extensionsAt = isLater ? header.readUInt32BE(100) : 72
  if (extensionsAt > extensionsBytes) return names
  const area = await file.readAt(extensionsAt, extensionsBytes)
  for (let offset = 0; offset + 8 <= area.length;) {
    const [kind, bytes] = [area.readUInt32BE(offset), area.readUInt32BE(offset + 4)]
    if (kind === 0 || offset + 8 + bytes > area.length) break
    if (kind === dataFileExtension) names.push(area.toString('utf8', offset + 8, offset + 8 + bytes))
    offset += 8 + Math.ceil(bytes / 8) * 8
  }
  return names
}

async function qedNames(file: OpenHostFile, header: Buffer): Promise<string[]> {
  const hasBacking = (header.readBigUInt64LE(16) & 1n) !== 0n
  const [at, length] = [header.readUInt32LE(56), header.readUInt32LE(60)]
  return hasBacking && length > 0 && length <= longestName ? [(await file.readAt(at, length)).toString('utf8')] : []
}

/** Every quoted text of a description: which of them are file names does not matter to who only keeps files. */
function quotedNames(description: Buffer): string[] {
  return [...description.toString('utf8').matchAll(/"([^"\n\0]{1,4096})"/g)].map(([, name = '']) => name)
}

/** QEMU takes a path relative to the image, a path with its protocol, or JSON in which paths stand anywhere. */
function pathsOfName(name: string, imagePath: string): string[] {
  const here = (text: string) => resolve(dirname(imagePath), text)
  if (name.includes('\0')) return []
  if (name.startsWith('json:')) return textsIn(name.slice('json:'.length)).map((text) => here(withoutProtocol(text)))
  if (/^[a-z][a-z0-9+.-]*:/i.test(name) && !name.startsWith('file:')) return [here(name)] // a file may be named like it
  return [here(withoutProtocol(name))]
}

const withoutProtocol = (name: string) => name.replace(/^file:(\/\/)?/, '')

/** All texts in JSON, as deep as they lie. None where it is no JSON: QEMU does not open it either. */
function textsIn(json: string): string[] {
  const texts: string[] = []
  try {
    JSON.parse(json, (_key, value: unknown) => {
      if (typeof value === 'string' && texts.length < 256) texts.push(value)
      return value
    })
  } catch {
    return []
  }
  return texts
}
