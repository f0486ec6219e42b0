import { dirname } from 'node:path'

import type { CrossSection } from '@strata/contract/cross-section.ts'
import { DomainXml } from 'node-libvirt/xml'

import type { EngineParts } from '../engine-parts.ts'
import { CoalescedStream, type Pending } from '../event-channel.ts'
import { readGuestFacts, type GuestFacts } from '../guest/guest-facts.ts'
import type { Host } from '../hosts/host.ts'
import type { FleetSample } from '../monitoring/sampler.ts'
import { StrataError } from '../strata-error.ts'
import { buildCrossSection } from './build.ts'
import { readDisks } from './read-disks.ts'
import { nothingKnown, readHardware } from './read-hardware.ts'
import type { CrossSectionSources, DiskPicture, HardwarePicture } from './sources.ts'

const atMostEveryMs = 500
/** What no event tells: sizes of disks, room on the host, what the guest says of itself. */
const readAgainMs = 10_000

type WatchParts = Pick<EngineParts, 'hosts' | 'monitoring' | 'log'>

/** The picture of one machine, whole, each time something in it changed. */
export function watchCrossSection(
  parts: WatchParts,
  ref: { readonly hostId: string; readonly uuid: string },
  signal: AbortSignal | undefined,
): AsyncIteratorObject<CrossSection, undefined, void> {
  const host = parts.hosts.get(ref.hostId)
  host.inventory.requireMachine(ref.uuid)
  const live = new LiveCrossSection(parts, host, ref.uuid, () => {
    stream.wake()
  })
  const stream = new CoalescedStream<CrossSection>({
    pending: live,
    intervalMs: atMostEveryMs,
    signal,
    ended: host.ended,
    onEnd: () => {
      live.close()
    },
  })
  live.start()
  return stream
}

/** Keeps together what the picture is made of, and knows what to read again when. */
class LiveCrossSection implements Pending<CrossSection> {
  readonly #parts: WatchParts
  readonly #host: Host
  readonly #uuid: string
  readonly #onChange: () => void
  readonly #stops: (() => void)[] = []
  #definition: DomainXml | null = null
  #disks: readonly DiskPicture[] = []
  #guest: GuestFacts | null = null
  #hardware: HardwarePicture = nothingKnown
  #told = ''
  #readRevision = -1
  #hasTriedReading = false
  #isReading = false
  #isReadingGuest = false

  constructor(parts: WatchParts, host: Host, uuid: string, onChange: () => void) {
    this.#parts = parts
    this.#host = host
    this.#uuid = uuid
    this.#onChange = onChange
  }

  start(): void {
    const timer = setInterval(() => {
      this.#read()
    }, readAgainMs).unref()
    this.#stops.push(
      () => {
        clearInterval(timer)
      },
      this.#host.inventory.changes.listen(() => {
        this.#noteInventory()
      }),
      this.#parts.monitoring.follow(this.#host.id, (sample) => {
        this.#noteSample(sample)
      }),
    )
    this.#read()
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  take(): CrossSection | null {
    const machine = this.#host.inventory.machine(this.#uuid)
    if (machine === null || !this.#hasTriedReading) return null
    const picture = buildCrossSection(this.#sources(machine))
    const text = JSON.stringify(picture)
    if (text === this.#told) return null
    this.#told = text
    return picture
  }

  #sources(machine: CrossSectionSources['machine']): CrossSectionSources {
    const { inventory, files, label, facts, id } = this.#host
    const { monitoring } = this.#parts
    return {
      machine,
      definition: this.#definition,
      disks: this.#disks,
      sample: monitoring.latest(id, this.#uuid),
      agent: inventory.agent(this.#uuid),
      guest: this.#guest,
      host: {
        isThisComputer: files?.sharesPaths === true,
        label,
        facts,
        load: monitoring.load(id),
        machines: inventory.machines(),
        networks: inventory.networks(),
        pools: inventory.pools(),
      },
      hardware: this.#hardware,
    }
  }

  #noteInventory(): void {
    const revision = this.#host.inventory.machine(this.#uuid)?.definitionRevision
    if (revision !== undefined && revision !== this.#readRevision) this.#read()
    this.#onChange()
  }

  #noteSample(sample: FleetSample): void {
    if (sample.machines.has(this.#uuid)) this.#onChange()
  }

  #read(): void {
    void this.#readMachine()
    void this.#readGuest()
  }

  async #readMachine(): Promise<void> {
    if (this.#isReading) return
    this.#isReading = true
    const revision = this.#host.inventory.machine(this.#uuid)?.definitionRevision ?? -1
    await this.#tolerant(async () => {
      const { inventory, files } = this.#host
      await this.#host.slow(async (connection) => {
        const domain = await connection.domainLookupByUUID(this.#uuid)
        const definition = DomainXml.parse(await domain.getXMLDesc())
        this.#disks = await readDisks(connection, domain, definition, { pools: inventory.pools(), files })
        this.#definition = definition
      })
      this.#readRevision = revision
      if (files !== null) this.#hardware = await readHardware(files, this.#folders(), this.#bridges())
    })
    this.#isReading = false
    this.#hasTriedReading = true
    this.#onChange()
  }

  async #readGuest(): Promise<void> {
    if (this.#host.inventory.agent(this.#uuid) !== 'talking') {
      this.#guest = null
      return
    }
    if (this.#isReadingGuest) return
    this.#isReadingGuest = true
    await this.#tolerant(async () => {
      this.#guest = await readGuestFacts(this.#host, this.#uuid)
    })
    this.#isReadingGuest = false
    this.#onChange()
  }

  /** What cannot be read now stays as it was: the host is away, or the machine has just gone; both are told elsewhere. */
  async #tolerant(reading: () => Promise<void>): Promise<void> {
    try {
      await reading()
    } catch (error) {
      const isAway = error instanceof StrataError && error.code === 'host-unreachable'
      if (!isAway) this.#parts.log.debug({ err: error, machine: this.#uuid }, 'a cross-section could not be read whole')
    }
  }

  #folders(): string[] {
    const pools = this.#host.inventory.pools()
    const folders = this.#disks.map(
      ({ path, poolUuid }) =>
        pools.find(({ uuid }) => uuid === poolUuid)?.path ?? (path === null ? null : dirname(path)),
    )
    return [...new Set(folders.filter((folder) => folder !== null))]
  }

  #bridges(): string[] {
    const networks = this.#host.inventory.networks()
    const names = [...(this.#definition?.devices.interfaces ?? [])].map(
      ({ source }) => networks.find(({ name }) => name === source.network)?.bridge ?? source.bridge,
    )
    return [...new Set(names.filter((name) => name !== null))]
  }
}
