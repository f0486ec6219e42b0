import type { StreamSink } from './session-streams.ts'

/**
 * Holds back what comes for a stream before the daemon's consent to it: the thread that answers the call and the one
 * that sends the stream's packets are two, and now and then the packets are first (measured with libvirt 9.0, one
 * screenshot in fifty).
 */
export class StreamGate implements StreamSink {
  readonly #sink: StreamSink
  #early: (() => void)[] | null = []

  constructor(sink: StreamSink) {
    this.#sink = sink
  }

  /** The daemon has consented: from now on everything goes straight through. */
  open(): void {
    const early = this.#early ?? []
    this.#early = null
    for (const deliver of early) deliver()
  }

  data(bytes: Buffer): void {
    this.#pass(() => this.#sink.data(bytes))
  }

  hole(lengthBytes: number): void {
    this.#pass(() => this.#sink.hole(lengthBytes))
  }

  endOfData(): void {
    this.#pass(() => this.#sink.endOfData())
  }

  finished(): void {
    this.#pass(() => this.#sink.finished())
  }

  failed(error: unknown): void {
    this.#pass(() => this.#sink.failed(error))
  }

  #pass(deliver: () => void): void {
    if (this.#early === null) deliver()
    else this.#early.push(deliver)
  }
}
