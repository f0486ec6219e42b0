import { LibvirtError } from '../errors.ts'
import { readNetMessageError } from '../protocol/structs.generated.ts'
import type { XdrReader } from '../xdr/reader.ts'

/** The daemon's refusal, as the body of a message. */
export function readError(procedure: string, body: XdrReader): LibvirtError {
  const error = readNetMessageError(body)
  body.finish()
  return new LibvirtError(procedure, error)
}
