import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

import type { HostFacts, HostStatus, Host as HostPicture } from '@strata/contract/hosts.ts'
import { say } from '@strata/contract/words/say.ts'
import { openConnection, type Connection, type OpenOptions } from 'node-libvirt'
import PQueue from 'p-queue'
import type { Logger } from 'pino'

import { StrataError } from '../strata-error.ts'
import { explainConnection, mayBeSpawned, usesSystemDaemon } from './connection-problem.ts'
import { HostConnection } from './host-connection.ts'
import type { HostDefinition } from './host-definition.ts'
import { parseHostAddress, type HostAddress } from './place/host-address.ts'
import type { HostFiles } from './place/host-files.ts'
import { noPorts, type HostLogin, type HostPorts } from './place/host-ports.ts'
import type { HostPrograms } from './place/host-programs.ts'
import { ownPorts } from './place/own-ports.ts'
import { openSshLink, type SshLink } from './place/ssh/ssh-link.ts'
import { readHost, type AcceleratorOffer } from './host-facts.ts'
import { Inventory } from './inventory.ts'
import type { KvmTrial } from './kvm-trial.ts'
import { canTryKvm, kvmNotYetKnown, learnKvm, type KvmFact } from './kvm-fact.ts'
import { SideConnection } from './side-connection.ts'
import { startSystemDaemon } from './start-daemon.ts'

/** A daemon works on five calls of one connection at a time and then stops reading it; one is left for what must not wait. */
const slowCallsInFlight = 4
const keepAlive = { intervalMs: 5_000, count: 5 }
/** A daemon that has just been started looks at every emulator first: some 5 s, and far more on a busy computer. */
const openPatienceMs = 60_000
const linkEndPatienceMs = 500

export interface HostOptions {
  readonly log: Logger
  readonly kvmTrial: KvmTrial
  /** Of this computer's user; by default the system's word. */
  readonly homeDir?: string
  /** In place of those that belong to the address. */
  readonly ports?: HostPorts
}

/**
 * One libvirt host: its picture, and its connections. The state connection carries events, states and statistics;
 * slow calls, guest agents and bulk streams have connections of their own, so that nothing waits behind them.
 */
export class Host {
  readonly id: string
  #label: string
  readonly uri: string
  readonly address: HostAddress
  /** Whether a missing session daemon is started. */
  readonly autospawn: boolean
  /** Added in Strata, and not there by itself. */
  readonly isAdded: boolean
  readonly inventory: Inventory
  readonly #options: HostOptions
  #daemonPlace: HostPorts
  #link: SshLink | null = null
  readonly #state: HostConnection
  readonly #slow = new SideConnection(() => this.#openBeside())
  readonly #agents = new SideConnection(() => this.#openBeside())
  readonly #slowCalls = new PQueue({ concurrency: slowCallsInFlight })
  readonly #agentCalls = new PQueue({ concurrency: slowCallsInFlight })
  readonly #agentQueues = new Map<string, PQueue>()
  readonly #bulk = new Set<Connection>()
  readonly #ending = new AbortController()
  #facts: HostFacts | null = null
  #offer: AcceleratorOffer | null = null

  constructor(definition: HostDefinition, options: HostOptions) {
    this.id = definition.id
    this.#label = definition.label
    setMaxListeners(0, this.ended) // one for each thing that lives with it, and for each window that looks at it
    this.address = parseHostAddress(definition.uri)
    this.uri = this.address.uri
    this.#options = options
    this.#daemonPlace = options.ports ?? portsOf(this.address, options)
    this.autospawn = definition.autospawn ?? true
    this.isAdded = definition.isAdded ?? false
    this.inventory = new Inventory({ hostId: this.id, log: options.log, connection: () => this.connection() })
    this.#state = new HostConnection({
      open: async (signal) => {
        await this.#openLink(signal)
        const used = this.#link
        const open = () => this.#open({ autospawn: mayBeSpawned(this), keepAlive, signal })
        return open().catch(async (error: unknown) => {
          if (!(await this.#hasLost(used))) throw error
          await this.#openLink(signal)
          return open()
        })
      },
      prepare: (connection) => this.#prepare(connection),
      explain: (error) => explainConnection(error, this),
      onStatus: (status) => {
        this.#noteStatus(status)
      },
    })
  }

  start(): void {
    this.#state.start()
  }

  get log(): Logger {
    return this.#options.log
  }

  get label(): string {
    return this.#label
  }

  /** Aborted when it is taken from the list, or the engine closes: what lives with the host ends then. */
  get ended(): AbortSignal {
    return this.#ending.signal
  }

  get status(): HostStatus {
    return this.#state.status
  }

  get facts(): HostFacts | null {
    return this.#facts
  }

  /** Of the computer that the daemon runs on, also where its machines are only acted. */
  get daemonPlace(): HostPorts {
    return this.#daemonPlace
  }

  /** Null: they cannot be seen from here, or there are none, as its machines are only acted. */
  get files(): HostFiles | null {
    return this.#machinePlace.files
  }

  /** Null: nothing can be run there from here. */
  get programs(): HostPrograms | null {
    return this.#machinePlace.programs
  }

  /** The ssh that all its connections share; null: it is not reached by ssh, or not now. */
  get link(): Pick<SshLink, 'masterPid' | 'controlPath'> | null {
    return this.#link
  }

  /** By whom its files are seen and its programs run; null: not known. */
  get login(): HostLogin | null {
    return this.#machinePlace.login
  }

  picture(): HostPicture {
    const { id, label, uri, isAdded, status } = this
    return { id, label, uri, address: pictureOf(this.address), isAdded, status, facts: this.#facts }
  }

  /** For events, states and statistics: quick calls only. */
  connection(): Connection {
    const { connection, status } = this.#state
    if (connection !== null) return connection
    const problem = status.state === 'unreachable' ? status.problem : null
    throw new StrataError(
      'host-unreachable',
      problem?.said ?? say('hosts.strataStillConnecting', { label: this.label }),
      {
        detail: problem?.detail ?? undefined,
        repairs: problem?.repairs,
      },
    )
  }

  /** For calls that can take longer: at most four at a time, on a connection of their own. */
  slow<T>(work: (connection: Connection) => Promise<T>, options: { signal?: AbortSignal } = {}): Promise<T> {
    return this.#slowCalls.add(async () => work(await this.#beside(this.#slow)), options)
  }

  /** For a stream of bytes: a connection that carries nothing else, closed afterwards. */
  async withBulkConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#isAlone) return work(this.connection())
    const connection = await this.#openBeside()
    this.#bulk.add(connection)
    try {
      return await work(connection)
    } finally {
      this.#bulk.delete(connection)
      await connection.close()
    }
  }

  /** For calls that the guest's agent answers: one per guest at a time, because a silent agent makes the next ones wait. */
  agentCall<T>(uuid: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    const queue = this.#agentQueues.get(uuid) ?? new PQueue({ concurrency: 1 })
    this.#agentQueues.set(uuid, queue)
    return queue
      .add(() => this.#agentCalls.add(async () => work(await this.#beside(this.#agents))))
      .finally(() => {
        if (queue.size === 0 && queue.pending === 0) this.#agentQueues.delete(uuid)
      })
  }

  whenConnected(signal?: AbortSignal): Promise<void> {
    return this.#state.whenConnected(signal)
  }

  /** Tries now; rejects with the reason when it fails. */
  reconnect(): Promise<void> {
    return this.#state.reconnect()
  }

  /** Starts the daemon that this host needs, where this user may, and connects. */
  async startDaemon(): Promise<void> {
    if (usesSystemDaemon(this, this.daemonPlace.login?.userId === 0)) await startSystemDaemon(this)
    await this.reconnect() // starts a daemon of the user's own
  }

  /** Whether guests run on the processor itself; waits for the trial. */
  kvm(): Promise<KvmFact> {
    if (this.#offer === null) return Promise.resolve(kvmNotYetKnown)
    return learnKvm(this, this.#offer, this.#options.kvmTrial)
  }

  /** Tries KVM again when it did not work. */
  async retryKvm(): Promise<KvmFact> {
    if (this.#offer?.emulator && canTryKvm(this)) await this.#options.kvmTrial.retry(this.#offer.emulator)
    const kvm = this.kvm()
    await this.#noteKvm(kvm)
    return kvm
  }

  rename(label: string): void {
    this.#label = label
    this.inventory.changes.emit({ kind: 'host' })
  }

  /** Says to all that lives with it that it ends; its connections are closed by `close`. */
  end(): void {
    this.#ending.abort()
  }

  async close(): Promise<void> {
    this.end()
    await Promise.all([this.#slow.close(), this.#agents.close(), ...[...this.#bulk].map((each) => each.close())])
    await this.#state.close()
    await this.#link?.close()
  }

  #open(options: OpenOptions): Promise<Connection> {
    return openConnection(this.uri, { timeoutMs: openPatienceMs, sshControlPath: this.#link?.controlPath, ...options })
  }

  /** An ssh that was just killed may be used once more before its end is seen: then it is that, and not the host. */
  async #hasLost(link: SshLink | null): Promise<boolean> {
    if (link === null) return false
    await Promise.race([link.closed, pause(linkEndPatienceMs)])
    return this.#link !== link
  }

  get #machinePlace(): HostPorts {
    return this.address.driver === 'test' ? noPorts : this.#daemonPlace
  }

  /** Over ssh, all that goes to the host shares one connection. Where none comes about, libvirt's own attempt says why. */
  async #openLink(signal: AbortSignal): Promise<void> {
    if (this.address.place.kind !== 'ssh' || this.#link !== null || this.#options.ports !== undefined) return
    try {
      const link = await openSshLink(this.address, AbortSignal.any([signal, AbortSignal.timeout(openPatienceMs)]))
      this.#link = link
      this.#daemonPlace = link.ports
      void link.closed.then(() => {
        if (this.#link !== link) return
        this.#link = null
        this.#daemonPlace = noPorts
      })
    } catch (error) {
      this.log.debug({ err: error, host: this.id }, 'ssh could not be shared')
    }
  }

  /** The test driver acts a fleet for each connection anew: what one connection does, another never sees. */
  get #isAlone(): boolean {
    return this.address.driver === 'test'
  }

  #beside(side: SideConnection): Promise<Connection> {
    return this.#isAlone ? Promise.resolve(this.connection()) : side.get()
  }

  /**
   * The daemon is there already: the state connection saw to that. Without keep-alive, because a daemon that is busy
   * with our slow calls answers no ping; that it died closes the socket.
   */
  #openBeside(): Promise<Connection> {
    this.connection()
    return this.#open({ autospawn: false })
  }

  async #prepare(connection: Connection): Promise<void> {
    const [reading] = await Promise.all([readHost(connection, this.files), this.inventory.load(connection)])
    this.#offer = reading.offer
    this.#facts = { ...reading.facts, kvm: this.#facts?.kvm ?? kvmNotYetKnown }
    void this.#noteKvm(this.kvm())
  }

  async #noteKvm(learning: Promise<KvmFact>): Promise<void> {
    try {
      const kvm = await learning
      if (this.#facts === null) return
      this.#facts = { ...this.#facts, kvm }
      this.inventory.changes.emit({ kind: 'host' })
    } catch (error) {
      this.#options.log.warn({ err: error, host: this.id }, 'whether KVM works could not be found out')
    }
  }

  #noteStatus(status: HostStatus): void {
    if (status.state === 'connected') this.inventory.resume()
    this.inventory.changes.emit({ kind: 'host' })
  }
}

const pictureOf = ({ driver, scope, place }: HostAddress) => ({ driver, scope, place })

function portsOf({ place }: HostAddress, { homeDir }: HostOptions): HostPorts {
  return place.kind === 'here' ? ownPorts(homeDir) : noPorts
}
