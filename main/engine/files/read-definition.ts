import { constants, open, type FileHandle } from 'node:fs/promises'
import { isAbsolute } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'

const mostBytes = 1024 ** 2

/**
 * The text of a file with libvirt XML. What does not begin like a machine or its snapshot is refused unread: a window
 * has no business with the user's other files.
 */
export async function readDefinition(path: string): Promise<string> {
  if (!isAbsolute(path)) throw new StrataError('invalid-input', say('files.pathBeginsSlash'), { field: 'path' })
  try {
    // Not waiting: a pipe would hold the engine until somebody writes to it.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return checked(await wholeText(file, path), path)
  } catch (error) {
    throw explain(error, path)
  }
}

async function wholeText(file: FileHandle, path: string): Promise<string> {
  const { size } = await fileStat(file, path)
  if (size > mostBytes) throw new StrataError('invalid-input', say('files.tooLargeForLibvirt', { path }))
  // A file that grows meanwhile is read as long as it was.
  const bytes = Buffer.alloc(size)
  const { bytesRead } = await file.read(bytes, 0, size, 0)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytesRead))
  } catch (error) {
    throw new StrataError('invalid-input', say('files.noText', { path }), { cause: error })
  }
}

async function fileStat(file: FileHandle, path: string) {
  const found = await file.stat()
  if (!found.isFile()) throw new StrataError('invalid-input', say('files.notFile', { path }))
  return found
}

/** A declaration and comments may stand before the machine. */
function checked(text: string, path: string): string {
  const rest = text.replace(/^(?:\s|<\?[^>]*\?>)*/, '')
  if (/^<(?:domain|domstatus|domainsnapshot)[\s>]/.test(withoutComments(rest))) return text
  throw new StrataError('invalid-input', say('files.holdsNoMachineLibvirt', { path }))
}

function withoutComments(text: string): string {
  let rest = text
  while (rest.startsWith('<!--')) {
    const end = rest.indexOf('-->')
    if (end === -1) return ''
    rest = rest.slice(end + 3).trimStart()
  }
  return rest
}

function explain(error: unknown, path: string): StrataError {
  switch (systemCodeOf(error)) {
    case 'ENOENT':
      return new StrataError('not-found', say('files.thereNoFile', { path }), { field: 'path', cause: error })
    case 'EACCES':
    case 'EPERM':
      return new StrataError('not-permitted', say('files.youMayNotRead', { path }), { field: 'path', cause: error })
    default:
      return toStrataError(error, say('files.fileCouldNotRead', { path }))
  }
}
