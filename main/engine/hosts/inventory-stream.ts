import type { InventoryMessage, InventoryPatch } from '@strata/contract/hosts.ts'

import { systemClock, type Clock } from '../clock.ts'
import { CoalescedStream, type Pending } from '../event-channel.ts'
import type { HostRegistry } from './host-registry.ts'
import type { Host } from './host.ts'
import type { InventoryChange } from './inventory.ts'

/** One frame of the screen, with room to spare. */
const patchIntervalMs = 60
/** A client that asks for nothing for this long while things change gets everything anew. */
const behindAfterMs = 2_000

/** The live picture of all hosts for one client: a snapshot, then patches, each of what changed since the last. */
export function watchInventory(
  hosts: HostRegistry,
  options: { signal?: AbortSignal | undefined; clock?: Clock } = {},
): AsyncIteratorObject<InventoryMessage, undefined, void> {
  const pending = new InventoryPending(hosts.all(), options.clock ?? systemClock)
  const ending = new AbortController()
  const stream = new CoalescedStream<InventoryMessage>({
    pending,
    intervalMs: patchIntervalMs,
    signal: options.signal,
    onEnd: () => {
      ending.abort()
    },
    ...(options.clock && { clock: options.clock }),
  })
  hosts.forEach((host, ended) => {
    pending.add(host)
    stream.wake()
    const stop = host.inventory.changes.listen((change) => {
      pending.note(host.id, change)
      stream.wake()
    })
    const leave = () => {
      stop()
      if (ending.signal.aborted) return
      pending.remove(host.id)
      stream.wake()
    }
    if (ended.aborted) leave()
    else ended.addEventListener('abort', leave, { once: true })
  }, ending.signal)
  return stream
}

type PicturedHost = Pick<Host, 'id' | 'picture' | 'inventory'>

/** What one client has not seen yet: names of things, never the things; so it stays small however long nobody asks. */
export class InventoryPending implements Pending<InventoryMessage> {
  readonly #hosts: Map<string, PicturedHost>
  readonly #clock: Clock
  readonly #changed = new Map<string, ChangedThings>()
  #needsSnapshot = true
  #oldestChangeMs: number | null = null

  constructor(hosts: readonly PicturedHost[], clock: Clock) {
    this.#hosts = new Map(hosts.map((host) => [host.id, host]))
    this.#clock = clock
  }

  /** One that was not in the list yet. */
  add(host: PicturedHost): void {
    if (this.#hosts.get(host.id) === host) return
    this.#hosts.set(host.id, host)
    this.#needsSnapshot = true
  }

  /** It is not in the list any more, and neither is what is on it. */
  remove(hostId: string): void {
    this.#hosts.delete(hostId)
    this.#changed.delete(hostId)
    this.#needsSnapshot = true
  }

  note(hostId: string, change: InventoryChange): void {
    this.#oldestChangeMs ??= this.#clock.nowMs()
    if (change.kind === 'all') {
      this.#needsSnapshot = true
      return
    }
    const changed = this.#changed.get(hostId) ?? new ChangedThings()
    this.#changed.set(hostId, changed)
    changed.note(change)
  }

  take(): InventoryMessage | null {
    if (!this.#needsSnapshot && this.#changed.size === 0) return null
    const isBehind = this.#oldestChangeMs !== null && this.#clock.nowMs() - this.#oldestChangeMs > behindAfterMs
    const message = this.#needsSnapshot || isBehind ? this.#snapshot() : this.#patch()
    this.#needsSnapshot = false
    this.#oldestChangeMs = null
    this.#changed.clear()
    return message
  }

  #snapshot(): InventoryMessage {
    const hosts = [...this.#hosts.values()]
    return {
      type: 'snapshot',
      hosts: hosts.map((host) => host.picture()),
      machines: hosts.flatMap(({ inventory }) => inventory.machines()),
      networks: hosts.flatMap(({ inventory }) => inventory.networks()),
      pools: hosts.flatMap(({ inventory }) => inventory.pools()),
    }
  }

  #patch(): InventoryPatch {
    const patch: InventoryPatch = {
      type: 'patch',
      hosts: { changed: [], removed: [] },
      machines: { changed: [], removed: [] },
      networks: { changed: [], removed: [] },
      pools: { changed: [], removed: [] },
    }
    for (const [hostId, things] of this.#changed) {
      const host = this.#hosts.get(hostId)
      if (host !== undefined) things.addTo(patch, host)
    }
    return patch
  }
}

class ChangedThings {
  readonly #machines = new Set<string>()
  readonly #networks = new Set<string>()
  readonly #pools = new Set<string>()
  #isHostChanged = false

  note(change: InventoryChange): void {
    switch (change.kind) {
      case 'machine':
        this.#machines.add(change.uuid)
        break
      case 'network':
        this.#networks.add(change.uuid)
        break
      case 'pool':
        this.#pools.add(change.uuid)
        break
      case 'host':
        this.#isHostChanged = true
        break
      case 'all':
        break // a snapshot tells it
    }
  }

  addTo(patch: InventoryPatch, host: PicturedHost): void {
    const { id, inventory } = host
    if (this.#isHostChanged) patch.hosts.changed.push(host.picture())
    collect(id, this.#machines, (uuid) => inventory.machine(uuid), patch.machines)
    collect(id, this.#networks, (uuid) => inventory.network(uuid), patch.networks)
    collect(id, this.#pools, (uuid) => inventory.pool(uuid), patch.pools)
  }
}

function collect<T>(
  hostId: string,
  uuids: ReadonlySet<string>,
  find: (uuid: string) => T | null,
  into: { changed: T[]; removed: { hostId: string; uuid: string }[] },
): void {
  for (const uuid of uuids) {
    const thing = find(uuid)
    if (thing === null) into.removed.push({ hostId, uuid })
    else into.changed.push(thing)
  }
}
