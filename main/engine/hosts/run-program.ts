import { spawn } from 'node:child_process'

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

/** Runs a program to its end, without a shell. Never rejects: how it went is the result. */
export function runProgram(
  program: string,
  programArguments: readonly string[],
  options: { timeoutMs: number },
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    let [outputText, errorText, timedOut] = ['', '', false]
    const child = spawn(program, programArguments, { stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, options.timeoutMs)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      outputText = (outputText + text).slice(0, longestText)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errorText = (errorText + text).slice(0, longestText)
    })
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ exitCode: null, signal: null, timedOut, outputText, errorText: error.message })
    })
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer)
      resolve({ exitCode, signal, timedOut, outputText, errorText })
    })
  })
}
