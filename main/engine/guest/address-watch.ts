import type { Logger } from 'pino'

import type { HostRegistry } from '../hosts/host-registry.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'
import { nullIfRefused } from '../null-if-refused.ts'
import { readGuestFacts } from './guest-facts.ts'

/** libvirt tells of no new lease, so the networks are asked: one call for all guests of each. */
const lookEveryMs = 5_000
/** An agent's word is asked for again after this long. */
const agentAnswerLastsMs = 60_000
/** A guest can ask for as many leases as it likes, each under another client id. */
const mostAddresses = 64

/** Keeps the addresses of running machines: from the leases of libvirt's networks, and from agents that talk. */
export class AddressWatch {
  readonly #hosts: HostRegistry
  readonly #log: Logger
  readonly #agentAddresses = new Map<string, { readonly askedAtMs: number; readonly addresses: readonly string[] }>()
  readonly #timer: NodeJS.Timeout
  readonly #busy = new Set<string>()

  constructor(hosts: HostRegistry, log: Logger) {
    this.#hosts = hosts
    this.#log = log
    this.#timer = setInterval(() => {
      for (const host of this.#hosts.all()) void this.#look(host)
    }, lookEveryMs)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(host: Host): Promise<void> {
    if (this.#busy.has(host.id) || host.status.state !== 'connected' || host.address.driver === 'test') return
    this.#busy.add(host.id)
    try {
      const running = host.inventory.machines().filter(({ state }) => state === 'running')
      const leases = await this.#leases(host, new Set(running.flatMap(({ networkNames }) => networkNames)))
      for (const { uuid, macAddresses } of running) {
        const leased = macAddresses.flatMap((mac) => leases.get(mac.toLowerCase()) ?? [])
        const addresses = new Set([...leased, ...this.#fromAgent(host, uuid)])
        host.inventory.noteAddresses(uuid, [...addresses].slice(0, mostAddresses))
      }
    } catch (error) {
      if (!(error instanceof StrataError)) this.#log.debug({ err: error, host: host.id }, 'addresses could not be read')
    }
    this.#busy.delete(host.id)
  }

  /** Addresses by MAC address. */
  async #leases(host: Host, usedNames: ReadonlySet<string>): Promise<Map<string, string[]>> {
    const byMac = new Map<string, string[]>()
    for (const { uuid, name, active, cidrs } of host.inventory.networks()) {
      if (!active || cidrs.length === 0 || !usedNames.has(name)) continue
      const network = await nullIfRefused(host.connection().networkLookupByUUID(uuid))
      const leases = network === null ? null : await nullIfRefused(network.getDHCPLeases())
      for (const { mac, address } of leases ?? []) {
        if (mac === null) continue
        const known = byMac.get(mac.toLowerCase())
        if (known === undefined) byMac.set(mac.toLowerCase(), [address])
        else if (known.length < mostAddresses) known.push(address)
      }
    }
    return byMac
  }

  /** What it last said; asks again in the background when that is long ago. */
  #fromAgent(host: Host, uuid: string): readonly string[] {
    if (host.inventory.agent(uuid) !== 'talking') {
      this.#agentAddresses.delete(uuid)
      return []
    }
    const known = this.#agentAddresses.get(uuid)
    if (known === undefined || Date.now() - known.askedAtMs > agentAnswerLastsMs)
      void this.#askAgent(host, uuid, known?.addresses ?? [])
    return known?.addresses ?? []
  }

  async #askAgent(host: Host, uuid: string, before: readonly string[]): Promise<void> {
    this.#agentAddresses.set(uuid, { askedAtMs: Date.now(), addresses: before })
    try {
      const facts = await readGuestFacts(host, uuid)
      const addresses = facts?.interfaces.flatMap((face) => face.addresses) ?? before
      if (this.#agentAddresses.has(uuid)) this.#agentAddresses.set(uuid, { askedAtMs: Date.now(), addresses })
    } catch (error) {
      this.#log.debug({ err: error, machine: uuid }, 'the agent could not be asked')
    }
  }
}
