import { implement } from '@orpc/server'
import { contract } from '@strata/contract/index.ts'
import type { Host, InventoryMessage } from '@strata/contract/hosts.ts'
import type { DefinitionReach } from '@strata/contract/imports.ts'
import type { Job, JobsMessage } from '@strata/contract/jobs.ts'
import type { Machine, MachineState, PowerAction } from '@strata/contract/machines.ts'
import type { FleetMessage } from '@strata/contract/monitoring.ts'
import type { Settings } from '@strata/contract/settings.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { unreachable, type GeneratedFleet } from './generated-fleet.ts'
import { refusal } from './refusal.ts'

/** Hands each message to everyone who listens at that moment. */
class Broadcast<T> {
  readonly #listeners = new Set<(message: T) => void>()

  send(message: T): void {
    for (const listener of this.#listeners) listener(message)
  }

  async *listen(first: readonly T[], signal?: AbortSignal): AsyncGenerator<T> {
    const queue = [...first]
    let wake: () => void = () => undefined
    const listener = (message: T) => {
      queue.push(message)
      wake()
    }
    this.#listeners.add(listener)
    signal?.addEventListener('abort', () => {
      wake()
    })
    try {
      while (!signal?.aborted) {
        const next = queue.shift()
        if (next !== undefined) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#listeners.delete(listener)
    }
  }
}

const AFTER: Partial<Record<PowerAction, MachineState>> = {
  start: 'running',
  'shut-down': 'shutting-down',
  'force-off': 'shut-off',
  pause: 'paused',
  resume: 'running',
}

const none = { changed: [], removed: [] }

/**
 * The contract's streams over a generated fleet, for tests of the window and for looking at it. The product never
 * meets it: there is no libvirt behind.
 */
export class FleetEngine {
  readonly #inventory = new Broadcast<InventoryMessage>()
  readonly #jobs = new Broadcast<JobsMessage>()
  readonly #samples = new Broadcast<FleetMessage>()
  readonly #machines: Map<string, Machine>
  #hosts: Host[]
  #jobList: Job[] = []
  #tick = 0
  /** Why a machine does not do what it is asked to; null: it does. */
  refuses: (uuid: string) => string | null = () => null
  /** What the definition of every machine reaches. */
  reaches: DefinitionReach[] = []
  #settings: Settings = {
    theme: 'system',
    trashDays: 30,
    lastMediaFolder: null,
    tableSort: { column: 'name', direction: 'ascending' },
  }

  constructor(private readonly fleet: GeneratedFleet) {
    this.#machines = new Map(fleet.machines.map((machine) => [machine.uuid, machine]))
    this.#hosts = [...fleet.hosts]
  }

  /** One second of load: smooth curves that differ from machine to machine. */
  sample(takenAtMs: number): void {
    this.#tick += 1
    for (const host of this.#hosts) {
      if (host.status.state !== 'connected') continue
      const active = this.#activeOf(host.id)
      const column = (value: (machine: Machine, seed: number) => number) =>
        Float32Array.from(active, (machine) => value(machine, Number.parseInt(machine.uuid.slice(-4), 16)))
      const wave = (seed: number) =>
        0.5 + Math.sin(this.#tick / (9 + (seed % 23)) + seed) * 0.3 + Math.sin(this.#tick * 0.7 * (seed % 5)) * 0.06
      this.#samples.send({
        type: 'sample',
        hostId: host.id,
        takenAtMs,
        columns: {
          cpuShare: column((_, seed) => Math.max(0, wave(seed) * ((seed % 7) / 9))),
          memoryUsedKiB: column((machine, seed) => machine.memoryKiB * (0.3 + wave(seed * 3) * 0.5)),
          diskReadBytesPerS: column(() => 0),
          diskWriteBytesPerS: column(() => 0),
          networkInBytesPerS: column(() => 0),
          networkOutBytesPerS: column(() => 0),
        },
        load: {
          hostId: host.id,
          cpuShare: 0.18,
          memoryUsedKiB: 11.2 * 1024 ** 2,
          memoryKiB: 32 * 1024 ** 2,
          diskAvailableBytes: 412 * 1024 ** 3,
        },
      })
    }
  }

  #activeOf(hostId: string): readonly Machine[] {
    return [...this.#machines.values()].filter((machine) => machine.hostId === hostId && machine.state !== 'shut-off')
  }

  putMachine(machine: Machine): void {
    this.#machines.set(machine.uuid, machine)
    this.#inventory.send({
      type: 'patch',
      hosts: none,
      networks: none,
      pools: none,
      machines: { changed: [machine], removed: [] },
    })
    this.#samples.send({
      type: 'machines',
      hostId: machine.hostId,
      uuids: this.#activeOf(machine.hostId).map(({ uuid }) => uuid),
    })
  }

  putJob(job: Job): void {
    this.#jobList = [...this.#jobList.filter((one) => one.jobId !== job.jobId), job]
    this.#jobs.send({ type: 'patch', changed: [job], removed: [] })
  }

  setReachable(hostId: string, reachable: boolean): void {
    this.#hosts = this.#hosts.map((host) =>
      host.id !== hostId
        ? host
        : reachable
          ? { ...host, status: { state: 'connected', sinceMs: Date.now() } }
          : unreachable(host),
    )
    this.#inventory.send({
      type: 'patch',
      machines: none,
      networks: none,
      pools: none,
      hosts: { changed: this.#hosts, removed: [] },
    })
  }

  #snapshot(): InventoryMessage {
    return {
      type: 'snapshot',
      hosts: this.#hosts,
      machines: [...this.#machines.values()],
      networks: [...this.fleet.networks],
      pools: [...this.fleet.pools],
    }
  }

  readonly router = this.#buildRouter()

  #buildRouter() {
    const os = implement(contract)
    return {
      hosts: {
        watchInventory: os.hosts.watchInventory.handler(({ signal }) =>
          this.#inventory.listen([this.#snapshot()], signal),
        ),
        checkReadiness: os.hosts.checkReadiness.handler(() => [
          {
            id: 'kvm',
            title: unkeyed('KVM'),
            level: 'good',
            finding: unkeyed('Guests run on the processor itself.'),
            effect: null,
            repairs: [],
          },
          {
            id: 'pool',
            title: unkeyed('Storage'),
            level: 'broken',
            finding: unkeyed('There is no storage pool for disks of new machines.'),
            effect: unkeyed('No machine can be created yet.'),
            repairs: [
              {
                label: unkeyed('Make the default pool'),
                explanation: unkeyed('Makes a folder for disks and starts it with the computer.'),
                command: null,
                action: { kind: 'make-default-pool', hostId: 'local' },
              },
            ],
          },
          {
            id: 'tpm',
            title: unkeyed('TPM'),
            level: 'limited',
            finding: unkeyed('swtpm is not installed.'),
            effect: unkeyed('Windows 11 asks for a TPM.'),
            repairs: [],
          },
        ]),
        reconnect: os.hosts.reconnect.handler(({ input }) => {
          this.setReachable(input.hostId, true)
        }),
      },
      machines: {
        reaches: os.machines.reaches.handler(() => this.reaches),
        power: os.machines.power.handler(({ input, errors }) => {
          const machine = this.#machines.get(input.uuid)
          if (machine === undefined) {
            throw errors['not-found'](refusal('This machine is gone.'))
          }
          const unknown = this.reaches.filter(({ id }) => !input.allowedReaches.includes(id))
          if (input.action === 'start' && unknown.length > 0) {
            throw errors['not-permitted'](
              refusal('Its definition reaches out of the machine.', { field: 'allowedReaches' }),
            )
          }
          const message = this.refuses(machine.uuid)
          if (message !== null) throw errors['wrong-state'](refusal(message))
          this.putMachine({ ...machine, state: AFTER[input.action] ?? machine.state, stateReason: null })
        }),
      },
      jobs: {
        watch: os.jobs.watch.handler(({ signal }) =>
          this.#jobs.listen([{ type: 'snapshot', jobs: this.#jobList }], signal),
        ),
        cancel: os.jobs.cancel.handler(() => undefined),
        dismiss: os.jobs.dismiss.handler(({ input }) => {
          this.#jobList = this.#jobList.filter((job) => job.jobId !== input.jobId)
          this.#jobs.send({ type: 'patch', changed: [], removed: [input] })
        }),
      },
      monitoring: {
        watchFleet: os.monitoring.watchFleet.handler(({ signal }) =>
          this.#samples.listen(
            this.#hosts.map((host) => ({
              type: 'machines',
              hostId: host.id,
              uuids: this.#activeOf(host.id).map(({ uuid }) => uuid),
            })),
            signal,
          ),
        ),
      },
      repairs: { run: os.repairs.run.handler(() => undefined) },
      settings: {
        notices: os.settings.notices.handler(() => []),
        read: os.settings.read.handler(() => this.#settings),
        change: os.settings.change.handler(({ input }) => {
          const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
          this.#settings = { ...this.#settings, ...given }
          return this.#settings
        }),
      },
    }
  }
}
