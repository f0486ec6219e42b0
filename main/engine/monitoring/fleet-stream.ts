import type { FleetMessage } from '@strata/contract/monitoring.ts'

import { CoalescedStream, type Pending } from '../event-channel.ts'
import type { FleetSample, Sampler } from './sampler.ts'
import { columnsOf, emptyRow } from './series-row.ts'

/** Begins with each sampler that is there, and with each that comes, until the second is aborted. */
export type EachSampler = (begin: (sampler: Sampler, ended: AbortSignal) => void, until: AbortSignal) => void

/** The samples of hosts for one client: who they are about when that changed, then the columns. */
export function watchFleet(
  eachSampler: EachSampler,
  { signal, ended }: { readonly signal: AbortSignal | undefined; readonly ended?: AbortSignal },
): AsyncIteratorObject<FleetMessage, undefined, void> {
  const pending = new FleetPending()
  const ending = new AbortController()
  const stream = new CoalescedStream<FleetMessage>({
    pending,
    intervalMs: 0, // the samplers set the pace
    signal,
    ended,
    onEnd: () => {
      ending.abort()
    },
  })
  eachSampler((sampler, gone) => {
    const stops = [
      sampler.watch(),
      sampler.samples.listen((sample) => {
        pending.note(sample)
        stream.wake()
      }),
    ]
    const stop = () => {
      for (const each of stops) each()
    }
    if (sampler.latest !== null) pending.note(sampler.latest)
    gone.addEventListener('abort', stop, { once: true })
    ending.signal.addEventListener('abort', stop, { once: true })
  }, ending.signal)
  return stream
}

/** The newest sample of each host that a client has not seen; one that it was too slow for is lost, not queued. */
export class FleetPending implements Pending<FleetMessage> {
  readonly #samples = new Map<string, FleetSample>()
  readonly #toldUuids = new Map<string, readonly string[]>()

  note(sample: FleetSample): void {
    this.#samples.set(sample.hostId, sample)
  }

  take(): FleetMessage | null {
    const [sample] = this.#samples.values()
    if (sample === undefined) return null
    const { hostId, takenAtMs, uuids, machines, load } = sample
    if (this.#toldUuids.get(hostId) !== uuids) {
      this.#toldUuids.set(hostId, uuids)
      return { type: 'machines', hostId, uuids: [...uuids] }
    }
    this.#samples.delete(hostId)
    const columns = columnsOf(uuids.map((uuid) => machines.get(uuid)?.row ?? emptyRow))
    return { type: 'sample', hostId, takenAtMs, columns, load }
  }
}
