import { say } from '@strata/contract/words/say.ts'

import { runProgram, type ProgramEnd } from '../this-computer/run-program.ts'
import { findProgram } from '../this-computer/find-program.ts'
import { StrataError } from '../strata-error.ts'
import { imageSandbox } from './image-sandbox.ts'

/*
 * The one way to run qemu-img. A guest or a stranger wrote what it reads: each run has limits of memory, processor time,
 * time and output, and reads what it is handed in a sandbox where there is one.
 */

export interface ToolLimits {
  readonly timeoutMs: number
  readonly cpuSeconds: number
}

const seconds = 1000
const hours = 3600 * seconds

/** By what is asked of it. */
export const toolLimits = {
  /** While somebody waits for a start that failed. */
  glance: { timeoutMs: 3 * seconds, cpuSeconds: 3 },
  question: { timeoutMs: 60 * seconds, cpuSeconds: 30 },
  /** Reads all tables of an image. */
  check: { timeoutMs: 600 * seconds, cpuSeconds: 600 },
  mend: { timeoutMs: hours, cpuSeconds: 3600 },
  /** Reads and writes all of a disk. Node's timers go no further than 24 days. */
  copy: { timeoutMs: 14 * 24 * hours, cpuSeconds: 14 * 24 * 3600 },
} as const satisfies Record<string, ToolLimits>

/**
 * More than the tables of any honest image take: it is the damaged and the hostile that want more. A limit on data, as the
 * space of addresses fills with threads: with 1 GiB of it, a busy computer had qemu-img end now and then.
 */
const mostMemoryBytes = 2 * 1024 ** 3
const longestAnswer = 1024 ** 2

export interface ToolRun {
  readonly limits: ToolLimits
  /** Open files that the words speak of, as `givenPath` names them. */
  readonly descriptors: readonly number[]
  /** 'given': only those files, in the sandbox where there is one. 'files': an image of a machine here, with those below it. */
  readonly sees: 'given' | 'files'
  readonly signal?: AbortSignal
  readonly onOutput?: (text: string) => void
}

/** @throws StrataError 'unsupported' when QEMU's tools are not installed; how it ended is the result */
export async function runImageTool(words: readonly string[], run: ToolRun): Promise<ProgramEnd> {
  const { limits, descriptors, sees, signal, onOutput } = run
  const program = await imageTool()
  const limiter = await findProgram('prlimit') // util-linux: on every Linux
  const bounded =
    limiter === null ? [] : [limiter, `--data=${mostMemoryBytes}`, `--cpu=${limits.cpuSeconds}`, '--core=0']
  const sandbox = sees === 'given' ? await imageSandbox(program) : null
  const [command = program, ...rest] = [...bounded, ...(sandbox ?? []), program, ...words]
  return runProgram(command, rest, {
    timeoutMs: limits.timeoutMs,
    longestOutput: onOutput === undefined ? longestAnswer : 0,
    descriptors,
    ...(signal !== undefined && { signal }),
    ...(onOutput !== undefined && { onOutput }),
  })
}

/** @throws StrataError 'unsupported' when QEMU's tools are not installed */
async function imageTool(): Promise<string> {
  const path = await findProgram('qemu-img')
  if (path !== null) return path
  throw new StrataError('unsupported', say('diskImages.diskImagesReadQemu'))
}
