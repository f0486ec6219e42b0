import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { Duplex } from 'node:stream'
import { FRAME_MAX_BYTES, HEADER_BYTES } from '../rpc/frame.ts'
import { ConnectionError } from '../errors.ts'

/** So much of what a program says on stderr is kept: the end, where the reason stands. */
const STDERR_KEPT = 4096
/** A program that does not follow SIGTERM within this time is killed. */
const KILL_AFTER_MS = 3000
/** Something else may hold the program's pipes open after its end (ssh's shared master): they are not waited for. */
const AFTER_EXIT_MS = 300

/** How a program ended. */
export interface CommandEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Its stderr, at most the last 4 KiB. */
  readonly stderr: string
  /** It could not even be started. */
  readonly startError: Error | null
  /** It had already carried bytes of the protocol. */
  readonly hadBegun: boolean
}

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv
  /** Turns the end of the program, which nobody asked for, into the error that the reader gets. */
  readonly explain: (end: CommandEnd) => Error
  /** Checks that the first bytes are libvirt's: a login script may have printed something. */
  readonly expectFrames: boolean
  /** Called once, when the program is gone. */
  readonly onGone?: () => void
}

/** A program's stdin and stdout as one duplex. Destroying it ends the program; the program's end destroys it. */
export class CommandDuplex extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #options: CommandOptions
  #stderr = ''
  #startError: Error | null = null
  #hadBegun = false
  #firstBytes: Buffer | null

  constructor(program: string, args: readonly string[], options: CommandOptions) {
    super({ allowHalfOpen: true, autoDestroy: true })
    this.#options = options
    this.#firstBytes = options.expectFrames ? Buffer.alloc(0) : null
    // A session of its own: no terminal to ask on, and no Ctrl-C that was meant for us.
    const child = spawn(program, args, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk))
    child.stdout.pause()
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT)
    })
    // A pipe that breaks is the program's end, which is told once, below.
    child.stdin.on('error', () => undefined)
    child.once('error', (error) => (this.#startError = error))
    let patience: NodeJS.Timeout | undefined
    child.once('exit', () => (patience = setTimeout(() => this.#gone(), AFTER_EXIT_MS)))
    child.once('close', () => {
      clearTimeout(patience)
      this.#gone()
    })
  }

  override _read(): void {
    this.#child.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, (error) => {
      // The reason comes with the program's end; a broken pipe alone would hide it.
      if (!error) done()
    })
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const child = this.#child
    child.stdin.destroy()
    child.stdout.destroy()
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
      patience.unref()
      child.once('exit', () => clearTimeout(patience))
    }
    done(error)
  }

  #receive(chunk: Buffer): void {
    if (this.#firstBytes === null) {
      this.#hadBegun = true
      this.#pass(chunk)
      return
    }
    const bytes = Buffer.concat([this.#firstBytes, chunk])
    this.#firstBytes = bytes
    if (bytes.length < 4) return
    const length = bytes.readUInt32BE(0)
    if (length < HEADER_BYTES || length > FRAME_MAX_BYTES) {
      this.destroy(unexpectedOutput(bytes.toString('utf8')))
      return
    }
    this.#firstBytes = null
    this.#hadBegun = true
    this.#pass(bytes)
  }

  #pass(bytes: Buffer): void {
    if (!this.push(bytes)) this.#child.stdout.pause()
  }

  #gone(): void {
    this.#options.onGone?.()
    if (this.destroyed) return
    const { exitCode, signalCode } = this.#child
    const tooFew = this.#firstBytes?.toString('utf8').trim() ?? ''
    const stderr = [this.#stderr.trim(), tooFew].filter(Boolean).join('\n')
    const end = { exitCode, signal: signalCode, stderr, startError: this.#startError, hadBegun: this.#hadBegun }
    this.destroy(this.#options.explain(end))
  }
}

function unexpectedOutput(text: string): ConnectionError {
  const detail = text.slice(0, 1000).trim()
  const message = `before the daemon’s first message came text, as from a login script that prints: ${JSON.stringify(detail.slice(0, 200))}`
  return new ConnectionError('unexpected-output', message, { detail })
}
