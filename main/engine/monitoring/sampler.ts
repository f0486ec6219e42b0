import type { HostLoad } from '@strata/contract/monitoring.ts'
import { ConnectionError, LibvirtError, type Connection, type DomainStats } from 'node-libvirt'
import type { Logger } from 'pino'

import { EventChannel } from '../event-channel.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'
import { HostLoadMeter } from './host-load.ts'
import { MachineMeter, type MachineSample } from './machine-meter.ts'

const watchedIntervalMs = 1_000
const quietIntervalMs = 5_000
/** A poll may take this part of the time between two: real guests cost milliseconds each, and the host has other work. */
const mostBusyShare = 1 / 5
const pollPatienceMs = 30_000

const groups = ['state', 'cpu-total', 'balloon', 'interface', 'block'] as const

/** One reading of all active machines of a host. */
export interface FleetSample {
  readonly hostId: string
  readonly takenAtMs: number
  /** Of the machines, in an order that stays; the same list as before while the same machines run. */
  readonly uuids: readonly string[]
  readonly machines: ReadonlyMap<string, MachineSample>
  readonly load: HostLoad
}

/** How long to wait between two polls, so that polling stays a small part of the host's work. */
export function nextIntervalMs(isWatched: boolean, lastPollMs: number): number {
  return Math.max(isWatched ? watchedIntervalMs : quietIntervalMs, lastPollMs / mostBusyShare)
}

/** Reads the statistics of one host, in one call for all its machines: each second while somebody looks, else each five. */
export class Sampler {
  readonly samples = new EventChannel<FleetSample>()
  readonly #host: Host
  readonly #log: Logger
  readonly #loadMeter: HostLoadMeter
  readonly #meters = new Map<string, MachineMeter>()
  readonly #watchers = new Set<symbol>()
  #latest: FleetSample | null = null
  #timer: NodeJS.Timeout | undefined
  #lastPollMs = 0
  #lastBeganAtMs = Number.NEGATIVE_INFINITY
  #isPolling = false
  #isClosed = false
  /** Not every driver lets the daemon pass over machines that are busy. */
  #canPassOver = true

  constructor(host: Host, log: Logger) {
    this.#host = host
    this.#log = log
    this.#loadMeter = new HostLoadMeter(host)
  }

  get latest(): FleetSample | null {
    return this.#latest
  }

  start(): void {
    this.#schedule(0)
  }

  /** Polls each second until the returned function is called. */
  watch(): () => void {
    const watcher = Symbol('watcher')
    this.#watchers.add(watcher)
    if (this.#watchers.size === 1 && !this.#isPolling) this.#schedule(this.#untilNextMs())
    return () => {
      this.#watchers.delete(watcher)
    }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  /** Two readings close together would make rates of noise. */
  #untilNextMs(): number {
    return Math.max(
      0,
      this.#lastBeganAtMs + nextIntervalMs(this.#watchers.size > 0, this.#lastPollMs) - performance.now(),
    )
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.#poll(), delayMs)
  }

  async #poll(): Promise<void> {
    this.#isPolling = true
    this.#lastBeganAtMs = performance.now()
    try {
      const sample = await this.#read(this.#host.connection())
      this.#latest = sample
      this.samples.emit(sample)
    } catch (error) {
      this.#noteFailure(error)
    }
    this.#isPolling = false
    this.#lastPollMs = performance.now() - this.#lastBeganAtMs
    this.#schedule(this.#untilNextMs())
  }

  async #read(connection: Connection): Promise<FleetSample> {
    const [stats, load] = await Promise.all([this.#readStats(connection), this.#loadMeter.measure(connection)])
    const [takenAtMs, monotonicMs] = [Date.now(), performance.now()]
    const machines = new Map(stats.map((each) => [each.domain.uuid, this.#measure(each, takenAtMs, monotonicMs)]))
    // What does not run has no counters; when it starts again they begin anew.
    for (const uuid of this.#meters.keys()) if (!machines.has(uuid)) this.#meters.delete(uuid)
    return { hostId: this.#host.id, takenAtMs, uuids: this.#uuidsOf(machines), machines, load }
  }

  #uuidsOf(machines: ReadonlyMap<string, MachineSample>): readonly string[] {
    const before = this.#latest?.uuids ?? []
    const isSame = before.length === machines.size && before.every((uuid) => machines.has(uuid))
    return isSame ? before : [...machines.keys()].sort()
  }

  async #readStats(connection: Connection): Promise<DomainStats[]> {
    try {
      const flags = this.#canPassOver ? (['active', 'nowait'] as const) : (['active'] as const)
      return await connection.getAllDomainStats(groups, { flags, timeoutMs: pollPatienceMs })
    } catch (error) {
      if (!(error instanceof LibvirtError) || !this.#canPassOver) throw error
      this.#canPassOver = false
      return this.#readStats(connection)
    }
  }

  #measure({ domain, stats }: DomainStats, takenAtMs: number, monotonicMs: number): MachineSample {
    const meter = this.#meters.get(domain.uuid) ?? new MachineMeter()
    this.#meters.set(domain.uuid, meter)
    return meter.measure(stats, takenAtMs, monotonicMs, this.#host.inventory.machine(domain.uuid)?.vcpuCount ?? 1)
  }

  /** A host that is away is told of elsewhere; its graphs have a gap. */
  #noteFailure(error: unknown): void {
    const isAway =
      error instanceof ConnectionError || (error instanceof StrataError && error.code === 'host-unreachable')
    if (!isAway) this.#log.warn({ err: error, host: this.#host.id }, 'statistics could not be read')
  }
}
