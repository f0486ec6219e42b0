import { z } from 'zod'

import { runProgram, type ProgramEnd } from '../this-computer/run-program.ts'
import { findProgram } from '../this-computer/surroundings.ts'
import { StrataError } from '../strata-error.ts'
import { imageArguments, type ImageSource } from './image-source.ts'

const patienceMs = 60_000
const checkPatienceMs = 10 * 60_000
/**
 * More than the tables of any honest image take: it is the damaged and the hostile that want more. A limit on data, as the
 * space of addresses fills with threads: with 1 GiB of it, a busy computer had qemu-img end now and then.
 */
const mostMemoryBytes = 2 * 1024 ** 3
const mostCpuSeconds = 30
const longestAnswer = 1024 ** 2

const info = z.object({
  'virtual-size': z.number(),
  format: z.string(),
  'actual-size': z.number().optional(),
  encrypted: z.boolean().optional(),
  'backing-filename': z.string().optional(),
  'format-specific': z
    .object({
      data: z.object({
        corrupt: z.boolean().optional(),
        'data-file': z.string().optional(),
        'create-type': z.string().optional(),
      }),
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

/** Asks qemu-img, with bounded time and memory. @throws StrataError 'invalid-input' when it cannot open it */
export async function readImageInfo(source: ImageSource, fileName: string): Promise<ImageInfo> {
  const answer = await askBounded(['info', '-U', '--output=json', ...imageArguments(source)], fileName)
  const parsed = info.safeParse(answer)
  if (!parsed.success) throw unreadable(fileName, null)
  const data = parsed.data['format-specific']?.data
  if (parsed.data['backing-filename'] !== undefined || data?.['data-file'] !== undefined) {
    throw new StrataError('unsupported', `${fileName} needs another image below it, which Strata does not open.`, {
      field: 'source',
    })
  }
  return {
    capacityBytes: parsed.data['virtual-size'],
    usedBytes: parsed.data['actual-size'] ?? null,
    isEncrypted: parsed.data.encrypted ?? false,
    isCorrupt: data?.corrupt ?? false,
    layout: data?.['create-type'] ?? null,
  }
}

/** How much the image takes as qcow2. */
export async function measureAsQcow2(source: ImageSource, fileName: string): Promise<number> {
  const answer = await askBounded(
    ['measure', '-U', '-O', 'qcow2', '--output=json', ...imageArguments(source)],
    fileName,
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
  const words = ['check', '-U', '--output=json', ...imageArguments(source)]
  const end = await runProgram(await imageTool(), words, { timeoutMs: checkPatienceMs, signal })
  signal.throwIfAborted()
  // 3: some clusters belong to nothing, which costs room and no data. 63: cannot be checked. One that takes too long is believed.
  if (end.timedOut || end.exitCode === 0 || end.exitCode === 3 || end.exitCode === 63) return
  throw new StrataError('invalid-input', `${fileName} is damaged, or not complete: its tables lead nowhere.`, {
    field: 'source',
    detail: end.errorText,
  })
}

/** Whether a program has the image open to write to it; QEMU's own lock tells, and only of programs that take it. */
export async function isOpenElsewhere(source: ImageSource): Promise<boolean> {
  return (await runImageTool(['info', ...imageArguments(source)])).exitCode !== 0
}

async function askBounded(words: readonly string[], fileName: string): Promise<unknown> {
  const end = await runImageTool(words)
  if (end.exitCode !== 0) throw unreadable(fileName, end)
  try {
    return JSON.parse(end.outputText)
  } catch (error) {
    throw unreadable(fileName, null, error)
  }
}

interface ImageToolLimits {
  readonly timeoutMs?: number
  readonly mostCpuSeconds?: number
  readonly signal?: AbortSignal
}

/** qemu-img with limits on what it may take; those that are not given are for questions. */
export async function runImageTool(
  words: readonly string[],
  { timeoutMs = patienceMs, mostCpuSeconds: cpuSeconds = mostCpuSeconds, signal }: ImageToolLimits = {},
): Promise<ProgramEnd> {
  const program = await imageTool()
  const limiter = await findProgram('prlimit') // util-linux: on every Linux
  const command = limiter === null ? [program] : [limiter, `--data=${mostMemoryBytes}`, `--cpu=${cpuSeconds}`, program]
  return runProgram(command[0] ?? program, [...command.slice(1), ...words], {
    timeoutMs,
    longestOutput: longestAnswer,
    ...(signal !== undefined && { signal }),
  })
}

/** @throws StrataError 'unsupported' when QEMU's tools are not installed */
export async function imageTool(): Promise<string> {
  const path = await findProgram('qemu-img')
  if (path !== null) return path
  throw new StrataError(
    'unsupported',
    'Disk images are read by qemu-img, which is not installed. On Debian it is in qemu-utils.',
  )
}

function unreadable(fileName: string, end: ProgramEnd | null, cause?: unknown): StrataError {
  const why =
    end?.timedOut === true
      ? 'took longer than a minute to look at'
      : 'cannot be read as a disk image: it is damaged, or not complete'
  return new StrataError('invalid-input', `${fileName} ${why}.`, {
    field: 'source',
    cause,
    ...(end !== null && end.errorText !== '' && { detail: end.errorText }),
  })
}
