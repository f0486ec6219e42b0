import { implement } from '@orpc/server'
import type { CrossSection } from '@strata/contract/cross-section.ts'
import { contract } from '@strata/contract/index.ts'
import type { Job } from '@strata/contract/jobs.ts'
import type { Columns } from '@strata/contract/monitoring.ts'
import type { ForgottenPoint, Snapshot } from '@strata/contract/snapshots.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { creationOffers } from './creation-offers.ts'
import { creationRouter } from './creation-router.ts'
import type { FleetEngine } from './fleet-engine.ts'
import { uuidOf } from './generated-fleet.ts'

const GIB = 1024 ** 3
const MIB = 1024 ** 2

const section: CrossSection = {
  captions: {
    application: unkeyed('what it is for'),
    guest: unkeyed('Ubuntu 22.04, kernel 5.15'),
    machine: unkeyed('2 vCPU, 4096 MiB'),
    hypervisor: unkeyed('QEMU 7.2 on KVM'),
    hardware: unkeyed('this computer'),
  },
  nodes: [
    ['nginx', 'application', 'nginx', 'port 80', null, 'http://192.168.122.20'],
    ['ssh', 'application', 'ssh', 'port 22', null, null],
    ['postgres', 'application', 'postgres', 'port 5432, local only', null, null],
    ['address', 'guest', '192.168.122.20', 'web-server, from the agent', null, null],
    ['root', 'guest', '/ on ext4', '8.1 of 49 GiB', 0.17, null],
    ['virtio', 'guest', 'virtio drivers', 'net, disk, balloon, rng', null, null],
    ['clock', 'guest', 'Clock', 'in step with the host', null, null],
    ['vnic', 'machine', 'vNIC 1', 'virtio, 52:54:00:1c:9f:02', null, null],
    ['vda', 'machine', 'vDisk vda', 'qcow2, 3 layers, 6.4 of 50 GiB', 0.13, null],
    ['vcpu', 'machine', '2 vCPU', '18 % now, 41 % peak today', 0.18, null],
    ['memory', 'machine', 'Memory', '2.1 of 4 GiB in use', 0.52, null],
    ['network', 'hypervisor', 'network default', 'NAT 192.168.122.0/24, virbr0', null, null],
    ['pool', 'hypervisor', 'pool default', 'directory, 61 % full', 0.61, null],
    ['isolation', 'hypervisor', 'Isolation', 'AppArmor and seccomp in force', null, null],
    ['overcommit', 'hypervisor', 'Over-commit', 'CPU 2.1 to 1, memory 0.7 to 1', 0.7, null],
    ['nic', 'hardware', 'enp3s0', '1 Gbit/s, up', null, null],
    ['nvme', 'hardware', 'nvme0n1', 'Samsung 980, 412 GiB free', 0.58, null],
    ['cpu', 'hardware', 'Intel i7-10700K', '8 cores, VT-x on', 0.22, null],
    ['ram', 'hardware', 'Memory', '11.2 of 32 GiB', 0.35, null],
  ].map(([id, stratum, title, detail, share, url]) => ({
    id: String(id),
    stratum: stratum as CrossSection['nodes'][number]['stratum'],
    title: unkeyed(String(title)),
    detail: unkeyed(String(detail)),
    share: typeof share === 'number' ? share : null,
    health: id === 'pool' ? 'warning' : id === 'clock' ? 'absent' : 'good',
    meaning: unkeyed(id === 'pool' ? 'At this pace it is full in nine days.' : `${String(title)} works as it should.`),
    url: typeof url === 'string' ? url : null,
  })),
  links: [
    ['nginx', 'address'],
    ['ssh', 'address'],
    ['postgres', 'root'],
    ['address', 'vnic'],
    ['root', 'vda'],
    ['vnic', 'network'],
    ['vda', 'pool'],
    ['vcpu', 'overcommit'],
    ['memory', 'overcommit'],
    ['network', 'nic'],
    ['pool', 'nvme'],
    ['overcommit', 'cpu'],
    ['overcommit', 'ram'],
  ].map(([upperId = '', lowerId = '']) => ({ upperId, lowerId })),
}

const point = (name: string, parentName: string | null, daysAgo: number, rest: Partial<Snapshot> = {}): Snapshot => ({
  name,
  parentName,
  description: '',
  takenAtMs: Date.now() - daysAgo * 86_400_000,
  holds: 'disks-and-memory',
  machineState: 'running',
  kind: 'internal',
  current: false,
  sizeBytes: 212 * MIB,
  hasPicture: true,
  automatic: false,
  revertBlocked: null,
  removeBlocked: null,
  copyBlocked: null,
  ...rest,
})

/** What a machine's own pages ask for, beside a fleet; for tests of those pages and for looking at them. */
export class MachineEngine {
  snapshots: Snapshot[] = [
    point('Fresh install', null, 12, {
      holds: 'disks',
      sizeBytes: 1.9 * GIB,
      machineState: 'shut-off',
      hasPicture: false,
    }),
    point('Before nginx', 'Fresh install', 10),
    point('nginx works', 'Before nginx', 10, { sizeBytes: 640 * MIB, current: true, description: 'curl answers 200' }),
    point('Try apache', 'Before nginx', 9, {
      holds: 'disks',
      sizeBytes: 530 * MIB,
      removeBlocked: unkeyed('The point “apache, tuned” grew out of it.'),
    }),
    point('apache, tuned', 'Try apache', 8, {
      holds: 'disks',
      sizeBytes: null,
      automatic: true,
      revertBlocked: unkeyed('libvirt 9.0 cannot go back to a point beside the images.'),
      copyBlocked: unkeyed('The file of disk vda is not there any more: /var/lib/libvirt/images/web-01.apache'),
    }),
  ]
  forgotten: ForgottenPoint[] = []
  #jobCount = 0

  constructor(
    private readonly fleet: FleetEngine,
    private readonly picture: () => Blob | null,
    /** Gives a console's ticket. */
    private readonly ticket: () => string,
    private readonly offers = creationOffers,
  ) {}

  /** A job that goes through its steps in about a second and a half, then does its work. */
  #job(
    kind: string,
    title: string,
    steps: readonly string[],
    machineUuid: string | null,
    work: () => Partial<Job>,
  ): { jobId: string } {
    this.#jobCount += 1
    const jobId = `job-${this.#jobCount}`
    const at = (step: number): Job => ({
      jobId,
      kind,
      title: unkeyed(title),
      hostId: 'local',
      machineUuid,
      state: 'running',
      steps: steps.map((label, index) => ({
        id: label,
        label: unkeyed(label),
        state: index < step ? 'done' : index === step ? 'running' : 'waiting',
      })),
      progress:
        step === 1 ? { doneBytes: 700 * MIB, totalBytes: 1.4 * GIB, bytesPerS: 210 * MIB, remainingMs: 3000 } : null,
      cancellable: true,
      startedAtMs: Date.now(),
      endedAtMs: null,
      problem: null,
      result: null,
    })
    steps.forEach((_, index) =>
      setTimeout(() => {
        this.fleet.putJob(at(index))
      }, index * 500),
    )
    setTimeout(() => {
      this.fleet.putJob({ ...at(steps.length), state: 'done', endedAtMs: Date.now(), ...work() })
    }, steps.length * 500)
    return { jobId }
  }

  readonly router = this.#buildRouter()

  #buildRouter() {
    const os = implement(contract)
    return {
      crossSection: {
        watch: os.crossSection.watch.handler(async function* ({ signal }) {
          for (let tick = 0; !signal?.aborted; tick += 1) {
            const share = 0.3 + 0.2 * Math.sin(tick / 3)
            yield {
              ...section,
              nodes: section.nodes.map((node) =>
                node.id === 'vcpu'
                  ? { ...node, share, detail: unkeyed(`${Math.round(share * 100)} % now, 41 % peak today`) }
                  : node,
              ),
            }
            await new Promise((resolve) => setTimeout(resolve, 1000))
          }
        }),
      },
      console: {
        open: os.console.open.handler(() => ({ ticket: this.ticket(), protocol: 'vnc', password: null })),
        screenshot: os.console.screenshot.handler(() => {
          const picture = this.picture()
          return picture === null ? null : { picture, takenAtMs: Date.now() }
        }),
        sendKeys: os.console.sendKeys.handler(() => undefined),
      },
      snapshots: {
        list: os.snapshots.list.handler(() => ({
          snapshots: this.snapshots,
          takeBlocked: null,
          suggestedName: `Point ${this.snapshots.length + 1}`,
          forgotten: this.forgotten,
          takenNames: [...this.snapshots, ...this.forgotten].map(({ name }) => name),
          takeNotices: [],
          takeHolds: 'disks-and-memory',
        })),
        wayBack: os.snapshots.wayBack.handler(() => ({ blocked: null, notices: [] })),
        takeBackForgotten: os.snapshots.takeBackForgotten.handler(({ input }) =>
          this.#job('take-snapshot', 'Taking a point back', ['Tell libvirt of it'], input.uuid, () => {
            const back = this.forgotten.filter(({ key }) => key === input.key)
            this.forgotten = this.forgotten.filter(({ key }) => key !== input.key)
            this.snapshots = [...this.snapshots, ...back.map(({ name }) => point(name, null, 20, { holds: 'disks' }))]
            return {}
          }),
        ),
        removeForgotten: os.snapshots.removeForgotten.handler(({ input }) =>
          this.#job('remove-snapshot', 'Removing a point', ['Remove it from the images'], input.uuid, () => {
            this.forgotten = this.forgotten.filter(({ key }) => key !== input.key)
            return {}
          }),
        ),
        picture: os.snapshots.picture.handler(() => this.picture()),
        take: os.snapshots.take.handler(({ input }) =>
          this.#job(
            'take-snapshot',
            `Taking “${input.name}”`,
            ['Write the memory', 'Write the disks'],
            input.uuid,
            () => {
              const parent = this.snapshots.find((each) => each.current)
              this.snapshots = [
                ...this.snapshots.map((each) => ({ ...each, current: false })),
                point(input.name, parent?.name ?? null, 0, { current: true, description: input.description }),
              ]
              return {}
            },
          ),
        ),
        revert: os.snapshots.revert.handler(({ input }) =>
          this.#job(
            'revert-snapshot',
            `Going back to “${input.name}”`,
            ['Keep the present', 'Go back'],
            input.uuid,
            () => {
              this.snapshots = this.snapshots.map((each) => ({ ...each, current: each.name === input.name }))
              return {}
            },
          ),
        ),
        remove: os.snapshots.remove.handler(({ input }) =>
          this.#job('remove-snapshot', `Deleting “${input.name}”`, ['Merge'], input.uuid, () => {
            this.snapshots = this.snapshots.filter((each) => each.name !== input.name)
            return {}
          }),
        ),
      },
      monitoring: {
        watchMachine: os.monitoring.watchMachine.handler(async function* ({ signal }) {
          const now = Date.now()
          const columnsAt = (times: readonly number[]): Columns => {
            const wave = (scale: number, period: number) =>
              Float32Array.from(times, (time) =>
                time > now - 200_000 && time < now - 150_000
                  ? Number.NaN
                  : scale * (0.5 + 0.4 * Math.sin(time / period) + 0.1 * Math.sin(time / 900)),
              )
            return {
              cpuShare: wave(0.6, 40_000),
              memoryUsedKiB: wave(2 * 1024 ** 2, 90_000),
              diskReadBytesPerS: wave(30 * MIB, 22_000),
              diskWriteBytesPerS: wave(12 * MIB, 15_000),
              networkInBytesPerS: wave(900 * 1024, 31_000),
              networkOutBytesPerS: wave(200 * 1024, 12_000),
            }
          }
          const times = Array.from({ length: 560 }, (_, index) => now - (560 - index) * 1000)
          yield { type: 'history', timesMs: Float64Array.from(times), columns: columnsAt(times), memorySource: 'guest' }
          while (!signal?.aborted) {
            await new Promise((resolve) => setTimeout(resolve, 1000))
            const time = Date.now()
            yield { type: 'sample', timesMs: Float64Array.of(time), columns: columnsAt([time]), memorySource: 'guest' }
          }
        }),
      },
      machines: {
        setAutostart: os.machines.setAutostart.handler(() => undefined),
        rename: os.machines.rename.handler(() => undefined),
        planDeletion: os.machines.planDeletion.handler(() => ({
          name: 'web-server',
          state: 'shut-off',
          files: [
            {
              path: '/var/lib/libvirt/images/web-server.qcow2',
              role: 'disk',
              allocationBytes: 3.1 * GIB,
              fate: 'delete',
              reason: null,
            },
            {
              path: '/var/lib/libvirt/qemu/nvram/web-server_VARS.fd',
              role: 'firmware-variables',
              allocationBytes: 528 * 1024,
              fate: 'delete',
              reason: null,
            },
            {
              path: '/home/ada/Downloads/ubuntu-22.04-server.iso',
              role: 'media',
              allocationBytes: 1.4 * GIB,
              fate: 'keep',
              reason: unkeyed('yours, read where it lies'),
            },
            {
              path: '/home/ada/data.raw',
              role: 'disk',
              allocationBytes: 1.2 * GIB,
              fate: 'ask',
              reason: unkeyed('It lies in no storage pool, so it may be something else than a disk of this machine.'),
            },
            {
              path: '/var/lib/libvirt/images/base.qcow2',
              role: 'disk',
              allocationBytes: 2 * GIB,
              fate: 'keep',
              reason: unkeyed('db-01 stands on it'),
            },
          ],
          freedBytes: 3.1 * GIB,
          restorePointCount: 5,
          trashUnavailable: null,
          trashDays: 30,
          keepsNot: null,
        })),
        remove: os.machines.remove.handler(({ input }) =>
          this.#job('remove-machine', 'Deleting', ['Remove files'], input.uuid, () => ({})),
        ),
      },
      ...creationRouter(
        () => this.offers,
        (title, steps, work) => this.#job('create-machine', title, steps, null, work),
      ),
      trash: {
        list: os.trash.list.handler(() => [
          {
            id: 'one',
            hostId: 'local',
            uuid: uuidOf(7, 1),
            name: 'old-web',
            trashedAtMs: Date.now() - 3 * 86_400_000,
            daysLeft: 27,
            state: 'in',
            files: [{ path: '/var/lib/libvirt/images/old-web.qcow2', allocationBytes: 3.1 * GIB }],
            restorePointCount: 2,
          },
        ]),
        putBack: os.trash.putBack.handler(() => undefined),
        purge: os.trash.purge.handler(() =>
          this.#job('purge', 'Deleting old-web for good', ['Remove'], null, () => ({})),
        ),
      },
    }
  }
}
