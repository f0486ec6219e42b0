import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface EngineQuestion {
  readonly id: number
  readonly path: string
  readonly input: unknown
}

export interface EngineAnswer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** An engine in a process of its own. */
export class EngineProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended: Promise<void>
  #count = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()))
    child.on('message', (message: EngineAnswer) => {
      const waiting = this.#waiting.get(message.id)
      this.#waiting.delete(message.id)
      if (message.error === undefined) waiting?.resolve(message.value)
      else waiting?.reject(new Error(message.error))
    })
    child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The engine has ended.'))
      this.#waiting.clear()
    })
  }

  /** Resolves when it answers and has its host. */
  static async start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<EngineProcess> {
    const program = fileURLToPath(new URL('engine-program.ts', import.meta.url))
    const execArgv = ['--conditions=source', '--import', 'tsx']
    const child = fork(program, [...args], {
      env: { ...process.env, ...env },
      execArgv,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const engine = new EngineProcess(child)
    await new Promise<unknown>((resolve, reject) => engine.#waiting.set(-1, { resolve, reject }))
    await engine.ask('until-connected')
    return engine
  }

  ask<T>(path: string, input?: unknown): Promise<T> {
    this.#count += 1
    const id = this.#count
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#child.send({ id, path, input } satisfies EngineQuestion, (error) => {
        if (error !== null) reject(error)
      })
    }) as Promise<T>
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
