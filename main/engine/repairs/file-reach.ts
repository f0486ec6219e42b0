import type { Repair } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { CapabilitiesXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { nullIfRefused } from '../null-if-refused.ts'
import { repairs } from './offered.ts'
import { closedPlaces, type ClosedPlace } from '../storage/file-access.ts'
import { qemuUserOf } from '../storage/qemu-user.ts'

/** What keeps the user that runs a host's guests from a file. */
export interface ClosedWay {
  /** The first place that is closed, in a sentence. */
  readonly sentence: Said
  /** One for each place that is closed, from the root down; together they open the way and nothing else. */
  readonly repairs: readonly Repair[]
}

/**
 * Null: nothing is in the way, as far as can be seen from here.
 * @param right what is written to is made its user's own by the system's libvirt, so there only the folders count
 */
export async function closedWay(host: Host, path: string, right: 'read' | 'read-write'): Promise<ClosedWay | null> {
  if (host.files === null) return null
  const capabilities = host.address.scope === 'system' ? await readCapabilities(host) : null
  const user = await qemuUserOf(host, capabilities)
  if (user === null) return null
  const closed = (await closedPlaces(host, path, right, user)).filter(
    ({ kind }) => kind === 'folder' || right === 'read' || host.address.scope !== 'system',
  )
  const [first] = closed
  if (first === undefined) return null
  return {
    sentence: sentenceOf(first, userWords(host, user.name)),
    repairs: closed.map((place) => repairs.grantAccess(host, path, place, user)),
  }
}

async function readCapabilities(host: Host): Promise<CapabilitiesXml | null> {
  const text = await host.slow((connection) => nullIfRefused(connection.getCapabilities()))
  return text === null ? null : CapabilitiesXml.parse(text)
}

function userWords({ address, files, label }: Host, user: string): Said {
  if (files?.sharesPaths !== true) return say('repairs.userMachinesOfHost', { user, host: label })
  return address.scope === 'system'
    ? say('repairs.userMachinesSystemRun', { user })
    : say('repairs.userMachinesHereRun', { user })
}

function sentenceOf({ kind, path, right }: ClosedPlace, user: Said): Said {
  if (kind === 'folder') return say('repairs.folderClosed', { path, user })
  return right === 'read' ? say('repairs.fileMayNotRead', { user }) : say('repairs.fileMayNotWritten', { user })
}
