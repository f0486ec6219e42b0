import type { FaultKind } from './disturbances.ts'

/** What came of the trials, for the line at their end. */
export class TrialCount {
  readonly #byKind = new Map<FaultKind, number>()
  #wrong = 0
  #orphans = 0
  #missed = 0

  note(kind: FaultKind, faults: readonly string[] | null): void {
    if (faults === null) {
      this.#missed += 1
      return
    }
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1)
    if (faults.length > 0) this.#wrong += 1
    if (faults.some((fault) => fault.includes('orphan'))) this.#orphans += 1
  }

  toString(): string {
    const runs = [...this.#byKind.values()].reduce((sum, count) => sum + count, 0)
    const kinds = [...this.#byKind].map(([kind, count]) => `${kind} ${count}`).join(', ')
    return `trials: ${runs} runs, ${this.#wrong} wrong, of these ${this.#orphans} with an orphan; ${this.#missed} calls did not come again; ${kinds}`
  }
}
