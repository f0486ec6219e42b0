import { say } from '@strata/contract/words/say.ts'
import { z } from 'zod'

import { StrataError } from '../strata-error.ts'
import type { HostDefinition } from './host-definition.ts'
import { hostOfUri, localSession, localSystem } from './host-of-uri.ts'
import { isThere } from './place/host-system.ts'
import { ownFiles } from './place/own-files.ts'

const systemSockets = ['/run/libvirt/virtqemud-sock', '/run/libvirt/libvirt-sock', '/var/run/libvirt/libvirt-sock']

const definitions = z
  .array(
    z.object({
      id: z.string().min(1).max(128),
      label: z.string().min(1),
      uri: z.string().min(1),
      autospawn: z.boolean().default(true),
    }),
  )
  .min(1)
  .refine((hosts) => new Set(hosts.map(({ id }) => id)).size === hosts.length, 'Each id must be there once.')

export interface HostChoice {
  /** A fleet file for libvirt's test driver: then nothing else is shown. */
  readonly demoFleetPath: string | null
  /** Addresses of hosts that are shown before the usual ones. */
  readonly connectUris?: readonly string[]
  /** STRATA_HOSTS: a list of hosts as JSON, in place of the usual ones. */
  readonly hostsJson: string | null
  readonly isRoot?: boolean
}

/**
 * The hosts of this computer. An ordinary user gets a daemon of their own, which needs no administrator; the system's
 * is shown beside it where its socket is there, also when it may not be opened: the card says why. Root has no
 * daemon of its own and gets the system's, whether it runs or not.
 */
export async function defaultHosts(choice: HostChoice): Promise<HostDefinition[]> {
  if (choice.demoFleetPath !== null) {
    return [{ id: 'demo', label: 'Demo fleet', uri: `test://${encodeURI(choice.demoFleetPath)}` }]
  }
  const usual = choice.hostsJson === null ? await hostsHere(choice.isRoot) : parseHosts(choice.hostsJson)
  const wanted = new Map((choice.connectUris ?? []).map(hostOfUri).map((host) => [host.id, host]))
  return [...wanted.values(), ...usual.filter(({ id }) => !wanted.has(id))]
}

async function hostsHere(isRoot = process.getuid?.() === 0): Promise<HostDefinition[]> {
  if (isRoot) return [localSystem]
  const sockets = await Promise.all(systemSockets.map((path) => isThere(ownFiles, path)))
  return sockets.includes(true) ? [localSystem, localSession] : [localSession]
}

/** @throws StrataError 'invalid-input' */
export function parseHosts(json: string): HostDefinition[] {
  try {
    return definitions.parse(JSON.parse(json))
  } catch (error) {
    throw new StrataError('invalid-input', say('hosts.strataHostsNotList'), { cause: error })
  }
}
