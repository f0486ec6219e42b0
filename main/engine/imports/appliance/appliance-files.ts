import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { contentKind } from '../content-kind.ts'
import { StrataError, systemCodeOf } from '../../strata-error.ts'
import { partOf, withLocalFile, type LocalFile } from '../../this-computer/local-file.ts'
import { longestDescriptor } from './ovf-document.ts'
import { isTarHeader, readTarEntries } from './tar-archive.ts'

/** A file of an appliance, as a stretch of the file that holds it. */
export interface AppliancePart {
  readonly name: string
  readonly path: string
  readonly offsetBytes: number
  readonly sizeBytes: number
}

/** An OVA archive, or a folder with an OVF file in it. */
export interface ApplianceFiles {
  readonly path: string
  /** The OVF file itself. */
  readonly descriptor: AppliancePart
  /** Null: there is none of that name. @throws StrataError when the name leads elsewhere */
  find(name: string): Promise<AppliancePart | null>
}

/** @throws StrataError with the field 'path' */
export function openAppliance(path: string): Promise<ApplianceFiles> {
  return withLocalFile(path, 'path', async (file) => {
    const head = await file.readAt(0, 512)
    if (isTarHeader(head)) return inArchive(file)
    if (looksLikeXml(head)) return inFolder(file)
    throw new StrataError(
      'invalid-input',
      say('imports.neitherOvaArchiveNor', { fileName: basename(file.path), contentKind: contentKind(head) }),
      { field: 'path', detail: file.path },
    )
  })
}

const looksLikeXml = (head: Buffer) => /^(\uFEFF)?\s*</.test(head.toString('utf8')) && head.includes('<')

async function inArchive(file: LocalFile): Promise<ApplianceFiles> {
  const entries = await readTarEntries(file.readAt, file.sizeBytes)
  const parts = entries.map((entry): AppliancePart => ({ ...entry, path: file.path }))
  const descriptors = parts.filter(({ name }) => name.toLowerCase().endsWith('.ovf'))
  const [descriptor] = descriptors
  if (descriptor === undefined || descriptors.length > 1) {
    const why = descriptor === undefined ? say('imports.holdsNoOvfFile') : say('imports.holdsMoreThanOne')
    throw new StrataError('invalid-input', say('imports.noAppliance', { fileName: basename(file.path), why }), {
      field: 'path',
    })
  }
  return {
    path: file.path,
    descriptor,
    find: (name) => Promise.resolve(parts.find((part) => part.name === name) ?? null),
  }
}

function inFolder(file: LocalFile): ApplianceFiles {
  const folder = dirname(file.path)
  const descriptor = { name: basename(file.path), path: file.path, offsetBytes: 0, sizeBytes: file.sizeBytes }
  return { path: file.path, descriptor, find: (name) => findBeside(folder, name) }
}

/** In the folder or below it, also when links are followed: a description must not reach for other files of the user. */
async function findBeside(folder: string, name: string): Promise<AppliancePart | null> {
  const path = join(folder, name)
  try {
    const real = await realpath(path)
    if (/^[a-z][a-z0-9+.-]*:/i.test(name) || !real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
      throw new StrataError('invalid-input', say('imports.applianceNamesFileLies'), {
        field: 'path',
        detail: name,
      })
    }
    const found = await stat(real)
    return found.isFile() ? { name, path: real, offsetBytes: 0, sizeBytes: found.size } : null
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ENOTDIR') return null
    throw error
  }
}

/** The text of a small file of the appliance. @throws StrataError 'invalid-input' when it is none */
export async function readTextPart(part: AppliancePart): Promise<string> {
  if (part.sizeBytes > longestDescriptor) {
    throw new StrataError('invalid-input', say('imports.tooLongDescription', { part: part.name }), { field: 'path' })
  }
  return withLocalFile(part.path, 'path', async ({ readAt }) =>
    (await partOf(readAt, part.offsetBytes, part.sizeBytes)(0, part.sizeBytes)).toString('utf8'),
  )
}
