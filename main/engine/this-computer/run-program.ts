import { spawn, type ChildProcess } from 'node:child_process'

/** Enough for any message that a person reads. */
const longestText = 16 * 1024

export interface ProgramEnd {
  /** Null: it was killed, or could not be started. */
  readonly exitCode: number | null
  /** What killed it; null: nothing did. */
  readonly signal: NodeJS.Signals | null
  readonly timedOut: boolean
  readonly outputText: string
  /** What it wrote to its error stream, or why it could not be started. */
  readonly errorText: string
}

export interface ProgramOptions {
  readonly timeoutMs: number
  /** What the program writes beyond this is not kept, in characters; 16 Ki when not given. */
  readonly longestOutput?: number
  /** Kills the program; the answer comes when it is gone. */
  readonly signal?: AbortSignal
  /** Open files that the program is given, as its descriptors 3 and up. */
  readonly descriptors?: readonly number[]
  /** Told what it writes, as it comes. */
  readonly onOutput?: (text: string) => void
}

/** Runs a program to its end, without a shell. Never rejects: how it went is the result. */
export function runProgram(
  program: string,
  programArguments: readonly string[],
  options: ProgramOptions,
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    let [outputText, errorText, timedOut] = ['', '', false]
    const { signal, longestOutput = longestText } = options
    const child = spawn(program, programArguments, {
      stdio: ['ignore', 'pipe', 'pipe', ...(options.descriptors ?? [])],
      detached: true, // a group of its own, for its end
    })
    // Not spawn's own signal: that tells before the program has let go of its files.
    const kill = () => {
      killGroup(child)
    }
    if (signal?.aborted === true) kill()
    signal?.addEventListener('abort', kill, { once: true })
    const timer = setTimeout(() => {
      timedOut = true
      kill()
    }, options.timeoutMs)
    const release = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', kill)
    }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      outputText = (outputText + text).slice(0, longestOutput)
      options.onOutput?.(text)
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errorText = (errorText + text).slice(0, longestText)
    })
    child.once('error', (error) => {
      release()
      resolve({ exitCode: null, signal: null, timedOut, outputText, errorText: error.message })
    })
    child.once('close', (exitCode, killedBy) => {
      release()
      resolve({ exitCode, signal: killedBy, timedOut, outputText, errorText })
    })
  })
}

/** With all that it has started: a sandbox killed alone can leave its inside waiting for it for ever. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error // ended already
  }
}
