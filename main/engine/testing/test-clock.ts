import type { Clock } from '../clock.ts'

const longWaitMs = 30_000

/** Short waits are over at once; long ones last for ever, unless the test says otherwise when one begins. */
export class TestClock implements Clock {
  passesLongWaits = () => false
  #nowMs = 0

  /** Moves on only by waits that were over. */
  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): () => void {
    if (delayMs < longWaitMs) {
      const soon = setImmediate(() => {
        this.#nowMs += delayMs
        run()
      })
      return () => {
        clearImmediate(soon)
      }
    }
    return this.passesLongWaits() ? this.after(0, run) : () => undefined
  }
}
