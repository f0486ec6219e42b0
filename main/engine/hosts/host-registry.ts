import { say } from '@strata/contract/words/say.ts'

import { EventChannel } from '../event-channel.ts'
import { StrataError } from '../strata-error.ts'
import type { Host } from './host.ts'

/** What is done with each host as long as it is in the list. */
export type HostWork = (host: Host, ended: AbortSignal) => void

/** The hosts that Strata knows, in the order in which they are shown. They come and go while it runs. */
export class HostRegistry {
  /** A host that came, or went: its `ended` tells which. */
  readonly changes = new EventChannel<Host>()
  readonly #hosts = new Map<string, Host>()
  readonly #works = new Set<(host: Host) => void>()

  constructor(hosts: readonly Host[] = []) {
    for (const host of hosts) this.#hosts.set(host.id, host)
  }

  get(hostId: string): Host {
    const host = this.#hosts.get(hostId)
    if (host === undefined)
      throw new StrataError('not-found', say('hosts.thereNoHostStrata', { hostId }), { field: 'hostId' })
    return host
  }

  /** Undefined: it is not in the list. */
  find(hostId: string): Host | undefined {
    return this.#hosts.get(hostId)
  }

  all(): readonly Host[] {
    return [...this.#hosts.values()]
  }

  /**
   * Does the work for each host that is there, and for each that comes later. What it begins has to end with `ended`: when
   * the host goes, or at `until`.
   */
  forEach(work: HostWork, until?: AbortSignal): void {
    if (until?.aborted === true) return
    const begin = (host: Host) => {
      work(host, until === undefined ? host.ended : eitherOf(host.ended, until))
    }
    this.#works.add(begin)
    until?.addEventListener('abort', () => this.#works.delete(begin), { once: true })
    for (const host of this.all()) begin(host)
  }

  /** @throws StrataError 'already-exists' */
  add(host: Host): void {
    if (this.#hosts.has(host.id))
      throw new StrataError('already-exists', say('hosts.listAlready', { host: host.label }))
    this.#hosts.set(host.id, host)
    for (const begin of this.#works) begin(host)
    this.changes.emit(host)
  }

  /** Everything that lives with the host has ended when this resolves. */
  async remove(hostId: string): Promise<void> {
    const host = this.get(hostId)
    this.#hosts.delete(hostId)
    host.end()
    this.changes.emit(host)
    await host.close()
  }

  async close(): Promise<void> {
    this.#works.clear()
    await Promise.all(this.all().map((host) => host.close()))
  }
}

/** Aborted with the first of the two; holds on to neither then. */
function eitherOf(one: AbortSignal, other: AbortSignal): AbortSignal {
  const either = new AbortController()
  const abort = () => {
    either.abort()
  }
  if (one.aborted || other.aborted) abort()
  one.addEventListener('abort', abort, { once: true, signal: either.signal })
  other.addEventListener('abort', abort, { once: true, signal: either.signal })
  return either.signal
}
