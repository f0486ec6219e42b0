import type { ReadAt } from '../../read-at.ts'
import { StrataError } from '../../strata-error.ts'
import { addToInitrd } from '../disc/initrd.ts'
import { readIsoFile } from '../disc/read-iso.ts'
import type { AnswerPlan } from './answer-plan.ts'

/** Desktop media have initrds of a hundred MiB and more. */
const mostBytes = 256 * 1024 ** 2

export interface BootFiles {
  readonly kernel: Uint8Array
  /** With the answers in it where the plan says so: it may hold the password's hash. */
  readonly initrd: Uint8Array
}

/**
 * Takes the installer's kernel and initrd out of its medium.
 * @throws StrataError `not-found` when the medium has them at none of the places, `invalid-input` when it is damaged
 */
export async function extractBootFiles(readAt: ReadAt, boot: NonNullable<AnswerPlan['boot']>): Promise<BootFiles> {
  for (const { kernel: kernelPath, initrd: initrdPath } of boot.candidates) {
    const kernel = await fileAt(readAt, kernelPath)
    if (kernel === null) continue
    const initrd = await fileAt(readAt, initrdPath)
    if (initrd !== null) return { kernel, initrd: addToInitrd(initrd, boot.injected) }
  }
  const message =
    'No installer that takes answers was found on this medium. Install by hand, or choose the medium for automatic or network installation.'
  throw new StrataError('not-found', message, { field: 'source' })
}

/** Null as well for an empty file: symbolic links have no bytes of their own. */
async function fileAt(readAt: ReadAt, path: string): Promise<Uint8Array | null> {
  try {
    const content = await readIsoFile(readAt, path, mostBytes)
    return content?.length === 0 ? null : content
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const message = 'The installation medium is damaged: a file in it does not fit. Download it again.'
    throw new StrataError('invalid-input', message, { cause: error, field: 'source' })
  }
}
