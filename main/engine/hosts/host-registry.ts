import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import type { Host } from './host.ts'

/** The hosts that Strata knows, in the order in which they are shown. */
export class HostRegistry {
  readonly #hosts: ReadonlyMap<string, Host>

  constructor(hosts: readonly Host[]) {
    this.#hosts = new Map(hosts.map((host) => [host.id, host]))
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

  async close(): Promise<void> {
    await Promise.all(this.all().map((host) => host.close()))
  }
}
