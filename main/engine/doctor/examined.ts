import type { Cause } from '@strata/contract/doctor.ts'
import { LibvirtError, type Connection, type Domain } from 'node-libvirt'
import { CapabilitiesXml, DomainCapabilitiesXml, DomainXml, XmlError } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { nullIfRefused } from '../null-if-refused.ts'
import type { RepairedMachine } from '../repairs/offered-for-machine.ts'
import { qemuUserOf, type QemuUser } from '../storage/qemu-user.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import { volumesByPath } from '../storage/list-volumes.ts'
import { examineImages, type ExaminedImage } from '../disk-images/image-chain.ts'

type Volumes = Awaited<ReturnType<typeof volumesByPath>>

/** A machine and its host as the checks see them. What is costly is asked once, by the first check that wants it. */
export interface Examined {
  readonly host: Host
  readonly machine: RepairedMachine
  readonly connection: Connection
  /** What the next start goes by: that of the saved state where there is one that can be read. */
  readonly definition: DomainXml
  readonly savedState: SavedState
  readonly isActive: boolean
  /** Null: they cannot be seen from here. */
  readonly files: HostFiles | null
  /** Null: this driver does not tell. */
  readonly capabilities: () => Promise<CapabilitiesXml | null>
  readonly domainCapabilities: () => Promise<DomainCapabilitiesXml | null>
  readonly images: () => Promise<readonly ExaminedImage[]>
  /** Null: guests run as root, or it is not known. */
  readonly qemuUser: () => Promise<QemuUser | null>
  readonly volumes: () => Promise<Volumes>
  /** What the other machines that run now are, as they run. */
  readonly others: () => Promise<readonly RunningMachine[]>
}

export type SavedState =
  | { readonly kind: 'none' }
  | { readonly kind: 'readable'; readonly definition: DomainXml }
  /** libvirt finds one, and cannot read it. */
  | { readonly kind: 'damaged'; readonly words: string }

export interface RunningMachine {
  readonly machine: RepairedMachine
  readonly definition: DomainXml
}

/** Looks at one thing that a start needs; gives what is wrong with it. */
export type Check = (examined: Examined) => Promise<Cause[]> | Cause[]

export async function examine(host: Host, machine: RepairedMachine, connection: Connection): Promise<Examined> {
  const domain = await connection.domainLookupByUUID(machine.uuid)
  const savedState = await readSavedState(domain)
  const definition =
    savedState.kind === 'readable' ? savedState.definition : DomainXml.parse(await domain.getXMLDesc(['inactive']))
  const { files } = host
  const capabilities = once(() => parsed(connection.getCapabilities(), (text) => CapabilitiesXml.parse(text)))
  return {
    ...{ host, machine, connection, definition, savedState, files, capabilities },
    isActive: await domain.isActive(),
    domainCapabilities: once(() =>
      parsed(connection.getDomainCapabilities(capabilityQuery(definition)), (text) =>
        DomainCapabilitiesXml.parse(text),
      ),
    ),
    images: once(() => examineImages(connection, definition, files)),
    qemuUser: once(async () => (files === null ? null : qemuUserOf(host, await capabilities()))),
    volumes: once(() => volumesByPath(connection)),
    others: once(() => runningMachines(host, connection, machine.uuid)),
  }
}

async function readSavedState(domain: Domain): Promise<SavedState> {
  if ((await nullIfRefused(domain.hasManagedSaveImage())) !== true) return { kind: 'none' }
  try {
    return { kind: 'readable', definition: DomainXml.parse(await domain.managedSaveGetXMLDesc()) }
  } catch (error) {
    if (error instanceof LibvirtError || error instanceof XmlError) return { kind: 'damaged', words: error.message }
    throw error
  }
}

/** Without the parts of the definition that may be what is wrong: its emulator and its machine type. */
function capabilityQuery({ os, type }: DomainXml) {
  const isWanted = os.machine !== null && /^(pc-)?q35/.test(os.machine)
  return {
    ...(os.arch === null ? {} : { arch: os.arch }),
    ...(isWanted ? { machine: 'q35' } : {}),
    ...(type === 'kvm' || type === 'qemu' ? { virtType: type } : {}),
  }
}

async function runningMachines(host: Host, connection: Connection, exceptUuid: string): Promise<RunningMachine[]> {
  const domains = await connection.listAllDomains(['active'])
  const others = domains.filter(({ uuid }) => uuid !== exceptUuid)
  const found = await Promise.all(
    others.map(async (domain) => {
      const text = await nullIfRefused(domain.getXMLDesc()) // it may have stopped just now
      const { uuid, name } = domain
      return text === null ? null : { machine: { hostId: host.id, uuid, name }, definition: DomainXml.parse(text) }
    }),
  )
  return found.filter((each) => each !== null)
}

async function parsed<T>(asking: Promise<string>, parse: (text: string) => T): Promise<T | null> {
  const text = await nullIfRefused(asking)
  return text === null ? null : parse(text)
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null
  return () => (result ??= work())
}
