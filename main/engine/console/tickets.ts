import type { Duplex } from 'node:stream'

import type { MachineRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Logger } from 'pino'

import type { Host } from '../hosts/host.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { bridge } from './bridge.ts'
import { noScreen } from './no-screen.ts'
import { OneUseTickets } from './one-use-tickets.ts'
import { ScreenSocket } from './screen-socket.ts'
import { vncScreen, type VncEndpoint, type VncScreen } from './vnc-endpoint.ts'

/** Hands out tickets to guests' screens, and connects whoever shows one. */
export class ConsoleTickets {
  readonly #tickets = new OneUseTickets()
  readonly #open = new Map<Duplex, { readonly hostId: string; readonly ending: Promise<void> }>()

  constructor(
    private readonly hosts: HostRegistry,
    private readonly log: Logger,
  ) {
    hosts.forEach((host, ended) => {
      ended.addEventListener('abort', () => void this.#endOf(host.id), { once: true })
    })
  }

  /** Says at once when there is no screen to see. */
  async open(ref: MachineRef): Promise<{ ticket: string; protocol: 'vnc'; password: string | null }> {
    const { password } = await requireScreen(this.hosts.get(ref.hostId), ref.uuid)
    return { ticket: this.#tickets.issue(ref), protocol: 'vnc', password }
  }

  /**
   * Carries the guest's screen over the channel until either side goes.
   * @throws StrataError 'not-found' for a ticket that is not good (any more); the channel is destroyed then
   */
  async connect(ticket: string, channel: Duplex): Promise<void> {
    try {
      const ref = this.#tickets.redeem(ticket)
      if (ref === null) throw new StrataError('not-found', say('console.wayConsoleNotOpen'))
      const { endpoint } = await requireScreen(this.hosts.get(ref.hostId), ref.uuid)
      const guest = await connectTo(endpoint)
      const ending = bridge(channel, guest)
      this.#open.set(channel, { hostId: ref.hostId, ending })
      await ending
    } catch (error) {
      this.log.debug({ err: error }, 'a console could not be connected')
      channel.destroy()
      throw error
    } finally {
      this.#open.delete(channel)
    }
  }

  async close(): Promise<void> {
    await this.#end([...this.#open])
  }

  #endOf(hostId: string): Promise<void> {
    return this.#end([...this.#open].filter(([, open]) => open.hostId === hostId))
  }

  async #end(open: readonly (readonly [Duplex, { readonly ending: Promise<void> }])[]): Promise<void> {
    for (const [channel] of open) channel.destroy()
    await Promise.all(open.map(([, { ending }]) => ending))
  }
}

async function requireScreen(host: Host, uuid: string): Promise<VncScreen> {
  const machine = host.inventory.requireMachine(uuid)
  if (host.daemonPlace.files?.sharesPaths !== true)
    throw new StrataError('unsupported', say('console.consoleMachineCannotOpened', { host: host.label }))
  try {
    const xml = await host.slow(async (connection) =>
      (await connection.domainLookupByUUID(uuid)).getXMLDesc(['secure']),
    )
    const screen = vncScreen(xml)
    if (screen === null) throw noScreen(machine, xml)
    return screen
  } catch (error) {
    throw toStrataError(error, say('console.screenCouldNotFound', { machine: machine.name }))
  }
}

function connectTo(endpoint: VncEndpoint): Promise<ScreenSocket> {
  const screen = new ScreenSocket(
    endpoint.kind === 'socket' ? { path: endpoint.path } : { host: endpoint.address, port: endpoint.port },
  )
  return new Promise((resolve, reject) => {
    screen.socket.once('connect', () => {
      screen.socket.off('error', fail)
      resolve(screen)
    })
    const fail = (error: Error) => {
      reject(toStrataError(error, say('console.guestsScreenCouldNot')))
    }
    screen.socket.once('error', fail)
  })
}
