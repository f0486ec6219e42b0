import { say } from '@strata/contract/words/say.ts'
import { z } from 'zod'

import type { ProgramEnd } from '../this-computer/run-program.ts'
import { StrataError } from '../strata-error.ts'
import type { ImageSource } from './image-source.ts'
import { runImageTool, toolLimits, type ToolLimits } from './image-tool.ts'
import { otherNames } from './opened-names.ts'
import { withOpenImage, type OpenImage } from './open-image.ts'

const info = z.object({
  'virtual-size': z.number(),
  format: z.string(),
  'actual-size': z.number().optional(),
  encrypted: z.boolean().optional(),
  'format-specific': z
    .object({
      data: z.object({ corrupt: z.boolean().optional(), 'create-type': z.string().optional() }),
    })
    .optional(),
})

export interface ImageInfo {
  readonly capacityBytes: number
  readonly usedBytes: number | null
  readonly isEncrypted: boolean
  readonly isCorrupt: boolean
  /** VMware's word for how the image is laid out: 'streamOptimized'. */
  readonly layout: string | null
}

/**
 * Asks qemu-img, with bounded time and memory. What it says that it opened is compared with what it was given.
 * @throws StrataError 'invalid-input' when it cannot open it, 'unsupported' when it opened more
 */
export async function readImageInfo(source: ImageSource, fileName: string): Promise<ImageInfo> {
  const { answer, others } = await withOpenImage(source, async (image) => {
    const read = await ask(['info', '-U', '--output=json', ...image.words], image, fileName)
    return { answer: read, others: image.names === null ? [] : otherNames(read, image.names) }
  })
  if (others.length > 0)
    throw new StrataError('unsupported', say('diskImages.needsAnotherImageBelow', { fileName }), {
      field: 'source',
      detail: others.join('\n').slice(0, 1000),
    })
  const parsed = info.safeParse(answer)
  if (!parsed.success) throw unreadable(fileName, null)
  const data = parsed.data['format-specific']?.data
  return {
    capacityBytes: parsed.data['virtual-size'],
    usedBytes: parsed.data['actual-size'] ?? null,
    isEncrypted: parsed.data.encrypted ?? false,
    isCorrupt: data?.corrupt ?? false,
    layout: source.checked?.split?.layout ?? data?.['create-type'] ?? null,
  }
}

/** How much the image takes as qcow2. */
export async function measureAsQcow2(source: ImageSource, fileName: string): Promise<number> {
  const answer = await withOpenImage(source, (image) =>
    ask(['measure', '-U', '-O', 'qcow2', '--output=json', ...image.words], image, fileName),
  )
  const parsed = z.object({ required: z.number() }).safeParse(answer)
  if (!parsed.success) throw unreadable(fileName, null)
  return parsed.data.required
}

/**
 * Looks at all of the image's tables; of formats that QEMU cannot check nothing is said.
 * @throws StrataError 'invalid-input' when it is damaged
 */
export async function refuseDamaged(source: ImageSource, fileName: string, signal: AbortSignal): Promise<void> {
  if (source.format !== 'qcow2' && source.format !== 'vmdk') return
  const end = await withOpenImage(source, (image) =>
    runOn(image, ['check', '-U', '--output=json', ...image.words], toolLimits.check, signal),
  )
  signal.throwIfAborted()
  // 3: some clusters belong to nothing, which costs room and no data. 63: cannot be checked. One that takes too long is believed.
  if (end.timedOut || end.exitCode === 0 || end.exitCode === 3 || end.exitCode === 63) return
  throw new StrataError('invalid-input', say('diskImages.damagedOrNotComplete', { fileName }), {
    field: 'source',
    detail: end.errorText,
  })
}

/** Whether a program has the image open to write to it; QEMU's own lock tells, and only of programs that take it. */
export async function isOpenElsewhere(source: ImageSource): Promise<boolean> {
  const end = await withOpenImage(source, (image) => runOn(image, ['info', ...image.words], toolLimits.question))
  return end.exitCode !== 0
}

/** qemu-img with an image that was opened for it. */
export function runOn(image: OpenImage, words: readonly string[], limits: ToolLimits, signal?: AbortSignal) {
  const { descriptors, names } = image
  const sees = names === null ? 'files' : 'given'
  return runImageTool(words, { limits, descriptors, sees, ...(signal !== undefined && { signal }) })
}

async function ask(words: readonly string[], image: OpenImage, fileName: string): Promise<unknown> {
  const end = await runOn(image, words, toolLimits.question)
  if (end.exitCode !== 0) throw unreadable(fileName, end)
  try {
    return JSON.parse(end.outputText)
  } catch (error) {
    throw unreadable(fileName, null, error)
  }
}

function unreadable(fileName: string, end: ProgramEnd | null, cause?: unknown): StrataError {
  const why = end?.timedOut === true ? say('diskImages.tookLongerThanMinute') : say('diskImages.cannotReadDiskImage')
  return new StrataError('invalid-input', say('diskImages.words', { fileName, why }), {
    field: 'source',
    cause,
    ...(end !== null && end.errorText !== '' && { detail: end.errorText }),
  })
}
