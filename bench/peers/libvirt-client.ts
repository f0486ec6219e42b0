import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Debian's interpreter: the one that its python3-libvirt belongs to, whatever else is first on the PATH. */
const PYTHON = '/usr/bin/python3'
const SCRIPT = fileURLToPath(new URL('libvirt_client.py', import.meta.url))

export interface Pass {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly calls: number
}

/** What the peer tells beside it. */
interface PeerPass extends Pass {
  /** The most memory that its process ever had. */
  readonly peakMiB: number
}

type Wanted =
  | { op: 'open'; uri: string }
  | { op: 'sequential'; calls: number }
  | { op: 'pool' | 'threads'; calls: number; threads: number }
  | { op: 'fleet'; threads: number }

/** The C client in a process of its own, which does one pass whenever it is asked. */
export class LibvirtClientPeer {
  static readonly title = 'python3-libvirt'

  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor() {
    this.#process = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] })
    if (this.#process.stdout === null) throw new Error('The peer has no output to read.')
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  async run(wanted: Wanted): Promise<PeerPass> {
    this.#process.stdin?.write(`${JSON.stringify(wanted)}\n`)
    const answer = await this.#answers.next()
    if (answer.done === true) {
      throw new Error('python3-libvirt ended early; is the package python3-libvirt installed?')
    }
    return JSON.parse(answer.value) as PeerPass
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit')
    this.#process.stdin?.end()
    await exited
  }
}
