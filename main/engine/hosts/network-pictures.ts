import type { Network } from '@strata/contract/networks.ts'
import type { Connection, Network as NetworkHandle } from 'node-libvirt'
import type { Logger } from 'pino'

import { inParallel } from './in-parallel.ts'
import { readNetworkDefinition } from './network-definition.ts'
import { orNullWhenGone } from './or-null-when-gone.ts'
import { RefreshQueue } from './refresh-queue.ts'

const atOnce = 16

export interface NetworkPicturesOptions {
  readonly hostId: string
  readonly log: Logger
  readonly connection: () => Connection
  readonly onChange: (uuid: string) => void
}

/** The networks of one host, and how they are read again. */
export class NetworkPictures {
  readonly queue: RefreshQueue<'all'>
  readonly #options: NetworkPicturesOptions
  #networks = new Map<string, Network>()

  constructor(options: NetworkPicturesOptions) {
    this.#options = options
    this.queue = new RefreshQueue(async (batch) => {
      await inParallel([...batch.keys()], atOnce, (uuid) => this.#readAgain(uuid))
    })
  }

  all(): readonly Network[] {
    return [...this.#networks.values()]
  }

  get(uuid: string): Network | null {
    return this.#networks.get(uuid) ?? null
  }

  async load(connection: Connection): Promise<void> {
    const handles = await connection.listAllNetworks()
    const networks = await inParallel(handles, atOnce, (handle) => orNullWhenGone(this.#read(handle)))
    this.#networks = new Map(networks.filter((network) => network !== null).map((network) => [network.uuid, network]))
  }

  async #readAgain(uuid: string): Promise<void> {
    const handle = await orNullWhenGone(this.#options.connection().networkLookupByUUID(uuid))
    const network = handle === null ? null : await orNullWhenGone(this.#read(handle))
    if (network === null) this.#networks.delete(uuid)
    else this.#networks.set(uuid, network)
    this.#options.onChange(uuid)
  }

  async #read(handle: NetworkHandle): Promise<Network> {
    const [active, persistent, xml] = await Promise.all([handle.isActive(), handle.isPersistent(), handle.getXMLDesc()])
    const autostart = persistent && (await handle.getAutostart())
    return {
      hostId: this.#options.hostId,
      uuid: handle.uuid,
      name: handle.name,
      active,
      autostart,
      ...this.#definition(handle, xml),
    }
  }

  #definition(handle: NetworkHandle, xml: string): Pick<Network, 'forward' | 'bridge' | 'cidrs'> {
    try {
      return readNetworkDefinition(xml)
    } catch (error) {
      this.#options.log.warn({ err: error, network: handle.uuid }, 'a definition cannot be read')
      return { forward: 'other', bridge: null, cidrs: [] }
    }
  }
}
