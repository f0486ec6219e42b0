import { createHash } from 'node:crypto'

import type { HostAtAddress } from '@strata/contract/hosts.ts'
import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import type { HostDefinition } from './host-definition.ts'
import type { HostFile, StoredHost } from './host-file.ts'
import type { HostRegistry } from './host-registry.ts'
import type { Host } from './host.ts'
import type { HostAddress } from './place/host-address.ts'
import { readAddress } from './read-address.ts'
import { tryAddress } from './try-address.ts'

export interface AddedHostsParts {
  readonly hosts: HostRegistry
  /** Null: what is added is not kept, as beside a demonstration. */
  readonly file: HostFile | null
  readonly make: (definition: HostDefinition) => Host
  /** Titles of the jobs that run on a host. */
  readonly jobsOn: (hostId: string) => readonly string[]
}

/** Hosts that the user adds, renames and removes while Strata runs. */
export class AddedHosts {
  constructor(private readonly parts: AddedHostsParts) {
    for (const stored of parts.file?.list() ?? []) this.#begin(stored)
  }

  /** Connects to an address without keeping it. @throws StrataError that says what is in the way */
  try(text: string): Promise<HostAtAddress> {
    return tryAddress(text, this.parts.make)
  }

  /**
   * @param label null: the name of its computer, as the address has it
   * @throws StrataError 'invalid-input' or 'already-exists', with the field 'uri'
   */
  async add(text: string, label: string | null): Promise<string> {
    const address = readAddress(text)
    const known = this.parts.hosts.all().find((host) => host.uri === address.uri)
    if (known !== undefined)
      throw new StrataError('already-exists', say('hosts.addressListAlready', { label: known.label }), {
        field: 'uri',
      })
    const stored = { id: idOf(address.uri), label: label ?? placeName(address), uri: address.uri }
    await this.parts.file?.change((hosts) => [...hosts.filter(({ id }) => id !== stored.id), stored])
    this.#begin(stored)
    return stored.id
  }

  async rename(hostId: string, label: string): Promise<void> {
    const host = this.#requireAdded(hostId)
    await this.parts.file?.change((hosts) => hosts.map((each) => (each.id === hostId ? { ...each, label } : each)))
    host.rename(label)
  }

  /** @throws StrataError 'busy' while a job runs on it */
  async remove(hostId: string): Promise<void> {
    const host = this.#requireAdded(hostId)
    const [job] = this.parts.jobsOn(hostId)
    if (job !== undefined)
      throw new StrataError('busy', say('hosts.staysListWhileSomething', { host: host.label, job }))
    await this.parts.file?.change((hosts) => hosts.filter(({ id }) => id !== hostId))
    await this.parts.hosts.remove(hostId)
  }

  #requireAdded(hostId: string): Host {
    const host = this.parts.hosts.get(hostId)
    if (host.isAdded) return host
    throw new StrataError('unsupported', say('hosts.thereItselfNotAdded', { host: host.label }))
  }

  #begin({ id, label, uri }: StoredHost): void {
    this.parts.hosts.add(this.parts.make({ id, label, uri, isAdded: true }))
  }
}

/** Made from the address, so that what is kept of a host is found again when it is added once more. */
const idOf = (uri: string) => `added-${createHash('sha256').update(uri).digest('hex').slice(0, 16)}`

function placeName({ driver, scope, place }: HostAddress): string {
  if ('host' in place) return place.host
  return driver === 'test' ? 'Invented machines' : scope === 'session' ? 'My machines' : 'This computer'
}
