import { screenAsPng, type RawScreen } from './screen-picture.ts'

export interface ScreenShot {
  readonly png: Uint8Array<ArrayBuffer>
  readonly takenAtMs: number
}

/** From here on a picture counts as slow; a usual screen takes a tenth of it. */
const slowMs = 300
/** After a slow one a machine is left alone for so many times as long. */
const restFactor = 10
/** Machines whose last picture is remembered while they rest. */
const mostResting = 64

interface Rest {
  readonly untilMs: number
  readonly shot: ScreenShot | null
}

/** Takes pictures of screens, and leaves a machine whose pictures cost much alone for a while: its guest chose the size. */
export class ScreenShots {
  readonly #resting = new Map<string, Rest>()

  constructor(
    private readonly convert: typeof screenAsPng = screenAsPng,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** @param read asks the host; not called while the machine rests, when the last picture is given again */
  async take(machine: string, maxWidthPx: number, read: () => Promise<RawScreen>): Promise<ScreenShot | null> {
    const rest = this.#resting.get(machine)
    if (rest !== undefined && rest.untilMs > this.nowMs()) return rest.shot
    this.#resting.delete(machine)
    const raw = await read()
    const beganMs = this.nowMs()
    const png = await this.convert(raw, maxWidthPx)
    const shot = png === null ? null : { png, takenAtMs: Date.now() }
    const tookMs = this.nowMs() - beganMs
    if (tookMs > slowMs) this.#rest(machine, { untilMs: this.nowMs() + tookMs * restFactor, shot })
    return shot
  }

  #rest(machine: string, rest: Rest): void {
    const [oldest] = this.#resting.keys()
    if (this.#resting.size >= mostResting && oldest !== undefined) this.#resting.delete(oldest)
    this.#resting.set(machine, rest)
  }
}
