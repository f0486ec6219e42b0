import { createHash } from 'node:crypto'

import { say } from '@strata/contract/words/say.ts'
import { parseUri, type ConnectionUri } from 'node-libvirt'

import { StrataError } from '../strata-error.ts'
import type { HostDefinition } from './host-definition.ts'

/** The two hosts that every computer has, under the ids by which settings and histories know them. */
export const localSystem: HostDefinition = { id: 'local-system', label: 'This computer', uri: 'qemu:///system' }
export const localSession: HostDefinition = { id: 'local-session', label: 'My machines', uri: 'qemu:///session' }

/**
 * The host of an address as virsh takes it. Its id is made of the address, so that it is the same at each start.
 * @throws StrataError 'invalid-input' when the text is no address of libvirt
 */
export function hostOfUri(text: string): HostDefinition {
  const known = [localSystem, localSession].find(({ uri }) => uri === text)
  if (known !== undefined) return known
  const uri = parsed(text)
  return {
    id: `uri-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
    label: labelOf(uri),
    uri: text,
  }
}

function parsed(text: string): ConnectionUri {
  try {
    return parseUri(text)
  } catch (error) {
    throw new StrataError('invalid-input', say('hosts.noAddress', { text }), { cause: error })
  }
}

function labelOf(uri: ConnectionUri): string {
  if (uri.driver === 'test') return 'Test driver'
  const place = uri.host ?? 'This computer'
  return uri.path === '/session' ? `${place} (session)` : place
}
