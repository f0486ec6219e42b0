import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import { parseHostAddress, type HostAddress } from './place/host-address.ts'

/** A computer as it is named to ssh. */
const sshName = /^(?:[^@\s/]+@)?[\p{L}\p{N}._-]+(?::\d+)?$/u

/**
 * What a user typed: a libvirt URI, an alias of one, or a computer that ssh reaches, whose system's machines are meant.
 * @throws StrataError 'invalid-input', with the field 'uri'
 */
export function readAddress(typed: string): HostAddress {
  const text = typed.trim()
  try {
    return parseHostAddress(text)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    if (sshName.test(text)) return readAddress(`qemu+ssh://${text}/system`)
    throw new StrataError('invalid-input', say('hosts.noAddressQemusMachines'), { field: 'uri', cause: error })
  }
}
