import type { Clock } from '../images/clock.ts'

const longWaitMs = 30_000

/** Short waits are over at once; long ones last for ever, unless the test says otherwise when one begins. */
export class TestClock implements Clock {
  passesLongWaits = () => false

  after(delayMs: number, run: () => void): () => void {
    if (delayMs < longWaitMs) {
      const soon = setImmediate(run)
      return () => {
        clearImmediate(soon)
      }
    }
    return this.passesLongWaits() ? this.after(0, run) : () => undefined
  }
}
