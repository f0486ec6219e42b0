import { join } from 'node:path'

import type { FleetMessage, HostLoad, MachineStatsMessage } from '@strata/contract/monitoring.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Logger } from 'pino'

import type { HostRegistry } from '../hosts/host-registry.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'
import { watchFleet } from './fleet-stream.ts'
import { MachineHistory } from './machine-history.ts'
import type { MachineSample } from './machine-meter.ts'
import { watchMachine } from './machine-stream.ts'
import { Sampler, type FleetSample } from './sampler.ts'
import { isKnown } from './series-row.ts'
import type { Span } from './tier.ts'

/** A crash of the engine loses at most this much of the long histories. */
const saveEveryMs = 5 * 60_000

interface Watched {
  readonly host: Host
  readonly sampler: Sampler
  readonly histories: Map<string, MachineHistory>
}

/** The measurements of all hosts and machines, now and before. */
export class Monitoring {
  readonly #folder: string
  readonly #log: Logger
  readonly #hosts: HostRegistry
  readonly #watched = new Map<string, Watched>()
  readonly #ending = new Set<Promise<void>>()
  readonly #saveTimer: NodeJS.Timeout

  constructor(hosts: HostRegistry, folder: string, log: Logger) {
    this.#hosts = hosts
    this.#folder = folder
    this.#log = log
    this.#saveTimer = setInterval(() => void this.#saveAll({ current: false }), saveEveryMs)
    this.#saveTimer.unref()
  }

  /** Measures each host as long as it is in the list. */
  start(): void {
    this.#hosts.forEach((host, ended) => {
      const watched = this.#watch(host)
      this.#watched.set(host.id, watched)
      watched.sampler.start()
      ended.addEventListener('abort', () => void this.#end(watched), { once: true })
    })
  }

  /** All hosts when no id is given. */
  watchFleet(hostId: string | undefined, signal?: AbortSignal): AsyncIteratorObject<FleetMessage, undefined, void> {
    if (hostId !== undefined) {
      const { host, sampler } = this.#of(hostId)
      return watchFleet((begin) => begin(sampler, host.ended), { signal, ended: host.ended })
    }
    return watchFleet(
      (begin, until) => {
        this.#hosts.forEach((host, ended) => begin(this.#of(host.id).sampler, ended), until)
      },
      { signal },
    )
  }

  watchMachine(
    hostId: string,
    uuid: string,
    span: Span,
    signal?: AbortSignal,
  ): Promise<AsyncIteratorObject<MachineStatsMessage, undefined, void>> {
    const { host, sampler } = this.#of(hostId)
    host.inventory.requireMachine(uuid)
    return watchMachine({
      uuid,
      sampler,
      signal,
      ended: host.ended,
      history: () => this.#history(hostId, uuid).read(span, Date.now()),
    })
  }

  /** The last sample; null: the machine does not run, or was not measured yet. */
  latest(hostId: string, uuid: string): MachineSample | null {
    return this.#of(hostId).sampler.latest?.machines.get(uuid) ?? null
  }

  /** The host's last load; null: not measured yet. */
  load(hostId: string): HostLoad | null {
    return this.#of(hostId).sampler.latest?.load ?? null
  }

  /** For who needs samples each second without their stream. */
  follow(hostId: string, listener: (sample: FleetSample) => void): () => void {
    const { sampler } = this.#of(hostId)
    const stops = [sampler.watch(), sampler.samples.listen(listener)]
    return () => {
      for (const stop of stops) stop()
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#saveTimer)
    for (const { sampler } of this.#watched.values()) sampler.close()
    await this.#saveAll({ current: true })
    await Promise.all(this.#ending)
    this.#watched.clear()
  }

  /** Its histories lie in their files, for the time that it comes back. */
  async #end(watched: Watched): Promise<void> {
    watched.sampler.close()
    if (this.#watched.get(watched.host.id) !== watched) return
    this.#watched.delete(watched.host.id)
    const saving = this.#save(watched, { current: true })
    this.#ending.add(saving)
    await saving
    this.#ending.delete(saving)
  }

  #of(hostId: string): Watched {
    const watched = this.#watched.get(hostId)
    if (watched === undefined)
      throw new StrataError('not-found', say('monitoring.thereNoHostStrata', { hostId }), { field: 'hostId' })
    return watched
  }

  #watch(host: Host): Watched {
    const sampler = new Sampler(host, this.#log)
    sampler.samples.listen(({ machines }) => {
      // A driver that tells nothing leaves no history, and takes no memory for one.
      for (const [uuid, sample] of machines) if (isKnown(sample.row)) this.#history(host.id, uuid).add(sample)
    })
    return { host, sampler, histories: new Map() }
  }

  #history(hostId: string, uuid: string): MachineHistory {
    const { histories } = this.#of(hostId)
    const known = histories.get(uuid)
    if (known !== undefined) return known
    const history = new MachineHistory(join(this.#folder, encodeURIComponent(hostId), `${uuid}.history`))
    histories.set(uuid, history)
    return history
  }

  /** One after the other: a thousand files at once would run out of handles. */
  async #saveAll(options: { current: boolean }): Promise<void> {
    for (const watched of [...this.#watched.values()]) await this.#save(watched, options)
  }

  async #save({ host, histories }: Watched, options: { current: boolean }): Promise<void> {
    for (const [uuid, history] of histories) {
      const isThere = host.inventory.machine(uuid) !== null
      await history.save({ current: options.current || !isThere }).catch((error: unknown) => {
        this.#log.warn({ err: error, machine: uuid }, 'a history could not be saved')
      })
      if (!isThere) histories.delete(uuid) // its file stays: what was deleted may come back from the trash
    }
  }
}
