import type { Columns } from '@strata/contract/monitoring.ts'

/** Ten minutes, one sample each second. */
export const HISTORY_LENGTH = 600

export const keptSeries = ['cpuShare', 'memoryUsedKiB'] as const
export type KeptSeries = (typeof keptSeries)[number]

type MachineRings = Readonly<Record<KeptSeries, Float32Array>>
const emptyRing = () => new Float32Array(HISTORY_LENGTH).fill(Number.NaN)

/**
 * The last ten minutes of all machines of one host, for the table's sparklines. One write position for all:
 * a tick over 1,000 machines writes 2,000 numbers into arrays that are there already and makes no garbage.
 */
export class HostHistory {
  #rows: (MachineRings | null)[] = []
  readonly #byUuid = new Map<string, MachineRings>()
  /** Where the next sample goes. */
  #position = 0

  setMachines(uuids: readonly string[]): void {
    const kept = new Set(uuids)
    // A machine that stopped keeps nothing: when it starts again, its line starts anew.
    for (const uuid of this.#byUuid.keys()) if (!kept.has(uuid)) this.#byUuid.delete(uuid)
    this.#rows = uuids.map((uuid) => {
      let rings = this.#byUuid.get(uuid)
      if (rings === undefined) this.#byUuid.set(uuid, (rings = { cpuShare: emptyRing(), memoryUsedKiB: emptyRing() }))
      return rings
    })
  }

  /** One tick; index i of each column belongs to the i-th machine. */
  add(columns: Columns): void {
    for (const series of keptSeries) {
      const column = columns[series]
      for (let row = 0; row < this.#rows.length; row += 1) {
        const rings = this.#rows[row]
        if (rings) rings[series][this.#position] = column[row] ?? Number.NaN
      }
    }
    this.#position = (this.#position + 1) % HISTORY_LENGTH
  }

  latest(uuid: string, series: KeptSeries): number {
    const newest = (this.#position + HISTORY_LENGTH - 1) % HISTORY_LENGTH
    return this.#byUuid.get(uuid)?.[series][newest] ?? Number.NaN
  }

  /** The sample `age` ticks before the newest; NaN where there is none. */
  at(uuid: string, series: KeptSeries, age: number): number {
    const index = (this.#position + 2 * HISTORY_LENGTH - 1 - age) % HISTORY_LENGTH
    return this.#byUuid.get(uuid)?.[series][index] ?? Number.NaN
  }

  /** The machine's own ring and the place of its newest sample, for drawing; null when it does not run. */
  ring(uuid: string, series: KeptSeries): { samples: Float32Array; newest: number } | null {
    const rings = this.#byUuid.get(uuid)
    if (rings === undefined) return null
    return { samples: rings[series], newest: (this.#position + HISTORY_LENGTH - 1) % HISTORY_LENGTH }
  }
}
