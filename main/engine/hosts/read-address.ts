import { StrataError } from '../strata-error.ts'
import { parseHostAddress, type HostAddress } from './place/host-address.ts'

/** @throws StrataError 'invalid-input', with the field 'uri' */
export function readAddress(text: string): HostAddress {
  try {
    return parseHostAddress(text)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new StrataError(
      'invalid-input',
      'This is no address of QEMU’s machines. One is written like qemu+ssh://user@host/system.',
      { field: 'uri', cause: error },
    )
  }
}
