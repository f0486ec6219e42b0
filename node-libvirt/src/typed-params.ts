import { ProtocolError } from './errors.ts'
import type { TypedParam } from './protocol/structs.generated.ts'
import type { XdrReader } from './xdr/reader.ts'

/** A typed parameter's value. Integers are numbers where that is exact, and bigint only beyond ±(2^53 − 1). */
export type ParamValue = number | bigint | string | boolean

/** Typed parameters by name, such as `{ 'state.state': 1, 'cpu.time': 12_000_000 }`. */
export type Params = Record<string, ParamValue>

export function toParams(list: readonly TypedParam[]): Params {
  const params: Params = {}
  for (const { field, value } of list) params[field] = valueOf(value)
  return params
}

function valueOf(value: TypedParam['value']): ParamValue {
  switch (value.type) {
    case 1:
      return value.i
    case 2:
      return value.ui
    case 3:
      return toNumber(value.l)
    case 4:
      return toNumber(value.ul)
    case 5:
      return value.d
    case 6:
      return value.b !== 0
    case 7:
      return value.s
  }
}

/** A number where that is exact. */
export function toNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Reads typed parameters straight into an object: statistics of a fleet are tens of thousands of them. */
export function readParams(reader: XdrReader, maxCount: number): Params {
  const params: Params = {}
  const count = reader.listLength(maxCount, MIN_PARAM_BYTES)
  for (let i = 0; i < count; i++) params[reader.keyword()] = readValue(reader)
  return params
}

/** A name's length, a type, a 32-bit value. */
const MIN_PARAM_BYTES = 12

function readValue(reader: XdrReader): ParamValue {
  const type = reader.int()
  switch (type) {
    case 1:
      return reader.int()
    case 2:
      return reader.uint()
    case 3:
      return reader.hyperNumber()
    case 4:
      return reader.uhyperNumber()
    case 5:
      return reader.double()
    case 6:
      return reader.int() !== 0
    case 7:
      return reader.string()
    default:
      throw new ProtocolError(`a typed parameter of type ${type}`)
  }
}
