import type { MachineStatsMessage } from '@strata/contract/monitoring.ts'

import { CoalescedStream, type Pending } from '../event-channel.ts'
import type { HistoryRows } from './machine-history.ts'
import type { MachineSample, MemorySource } from './machine-meter.ts'
import type { Sampler } from './sampler.ts'
import { columnsOf } from './series-row.ts'

/** A client that asks for nothing for this long has missed what came before. */
const mostWaiting = 600

export interface MachineStreamOptions {
  readonly uuid: string
  readonly sampler: Sampler
  readonly history: () => Promise<HistoryRows>
  readonly signal: AbortSignal | undefined
  /** Of the host. */
  readonly ended: AbortSignal
}

/** The past of one machine, then each sample. */
export async function watchMachine(
  options: MachineStreamOptions,
): Promise<AsyncIteratorObject<MachineStatsMessage, undefined, void>> {
  const { uuid, sampler } = options
  const pending = new MachinePending(sampler.latest?.machines.get(uuid)?.memorySource ?? 'none')
  const stopWatching = sampler.watch()
  // Before the history is read, so that no sample falls between.
  const stopListening = sampler.samples.listen(({ machines }) => {
    const sample = machines.get(uuid)
    if (sample === undefined) return
    pending.note(sample)
    stream.wake()
  })
  const stream = new CoalescedStream<MachineStatsMessage>({
    pending,
    intervalMs: 0, // the sampler sets the pace
    signal: options.signal,
    ended: options.ended,
    onEnd: () => {
      stopWatching()
      stopListening()
    },
  })
  try {
    pending.begin(await options.history())
  } catch (error) {
    await stream.return()
    throw error
  }
  stream.wake()
  return stream
}

export class MachinePending implements Pending<MachineStatsMessage> {
  #history: HistoryRows | null = null
  #samples: MachineSample[] = []
  #memorySource: MemorySource
  #hasBegun = false

  constructor(memorySource: MemorySource) {
    this.#memorySource = memorySource
  }

  begin(history: HistoryRows): void {
    this.#history = history
    this.#hasBegun = true
  }

  note(sample: MachineSample): void {
    this.#memorySource = sample.memorySource
    this.#samples.push(sample)
    if (this.#samples.length > mostWaiting) this.#samples.shift()
  }

  take(): MachineStatsMessage | null {
    if (!this.#hasBegun) return null
    const history = this.#history
    if (history !== null) {
      this.#history = null
      return {
        type: 'history',
        timesMs: history.timesMs,
        columns: columnsOf(history.rows),
        memorySource: this.#memorySource,
      }
    }
    if (this.#samples.length === 0) return null
    const samples = this.#samples
    this.#samples = []
    return {
      type: 'sample',
      timesMs: Float64Array.from(samples, ({ takenAtMs }) => takenAtMs),
      columns: columnsOf(samples.map(({ row }) => row)),
      memorySource: this.#memorySource,
    }
  }
}
