import type { Columns } from '@strata/contract/monitoring.ts'

/** Ten minutes, one sample each second. */
export const HISTORY_LENGTH = 600

export const keptSeries = ['cpuShare', 'memoryUsedKiB'] as const
export type KeptSeries = (typeof keptSeries)[number]

class Ring {
  readonly samples = new Float32Array(HISTORY_LENGTH).fill(Number.NaN)
}

type MachineRings = Readonly<Record<KeptSeries, Ring>>

/**
 * The last ten minutes of all machines of one host, for the table's sparklines. One write position for all:
 * a tick over 1,000 machines writes 2,000 numbers into arrays that are there already and makes no garbage.
 */
export class HostHistory {
  #uuids: readonly string[] = []
  #rows: (MachineRings | null)[] = []
  readonly #byUuid = new Map<string, MachineRings>()
  /** Where the next sample goes. */
  #position = 0
  #count = 0

  setMachines(uuids: readonly string[]): void {
    const kept = new Set(uuids)
    // A machine that stopped keeps nothing: when it starts again, its line starts anew.
    for (const uuid of this.#byUuid.keys()) if (!kept.has(uuid)) this.#byUuid.delete(uuid)
    this.#uuids = uuids
    this.#rows = uuids.map((uuid) => {
      let rings = this.#byUuid.get(uuid)
      if (rings === undefined) this.#byUuid.set(uuid, (rings = { cpuShare: new Ring(), memoryUsedKiB: new Ring() }))
      return rings
    })
  }

  add(_takenAtMs: number, columns: Columns): void {
    for (const series of keptSeries) {
      const column = columns[series]
      for (let row = 0; row < this.#rows.length; row += 1) {
        const rings = this.#rows[row]
        if (rings) rings[series].samples[this.#position] = column[row] ?? Number.NaN
      }
    }
    this.#position = (this.#position + 1) % HISTORY_LENGTH
    this.#count = Math.min(this.#count + 1, HISTORY_LENGTH)
  }

  get machineCount(): number {
    return this.#uuids.length
  }

  /** How many samples there are, at most HISTORY_LENGTH. */
  get length(): number {
    return this.#count
  }

  latest(uuid: string, series: KeptSeries): number {
    const newest = (this.#position + HISTORY_LENGTH - 1) % HISTORY_LENGTH
    return this.#byUuid.get(uuid)?.[series].samples[newest] ?? Number.NaN
  }

  /** The sample `age` ticks before the newest; NaN where there is none. */
  at(uuid: string, series: KeptSeries, age: number): number {
    const index = (this.#position + 2 * HISTORY_LENGTH - 1 - age) % HISTORY_LENGTH
    return this.#byUuid.get(uuid)?.[series].samples[index] ?? Number.NaN
  }

  /** The machine's own ring and the place of its newest sample, for drawing; null when it does not run. */
  ring(uuid: string, series: KeptSeries): { samples: Float32Array; newest: number } | null {
    const rings = this.#byUuid.get(uuid)
    if (rings === undefined) return null
    return { samples: rings[series].samples, newest: (this.#position + HISTORY_LENGTH - 1) % HISTORY_LENGTH }
  }
}
