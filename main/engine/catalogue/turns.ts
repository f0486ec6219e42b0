/** How long the engine's other work may have to wait. */
const longestTurnMs = 5

/** Long work in turns with the engine's other work. */
export class Turns {
  #beganAtMs = performance.now()

  /** To be awaited between two pieces: lets the others go first when this turn has been long enough. */
  async between(): Promise<void> {
    if (performance.now() - this.#beganAtMs < longestTurnMs) return
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.#beganAtMs = performance.now()
  }
}
