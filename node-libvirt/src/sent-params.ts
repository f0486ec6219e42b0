import { typedParameterFlags } from './protocol/enums.generated.ts'
import type { TypedParam, TypedParamValue } from './protocol/structs.generated.ts'
import { toParams } from './typed-params.ts'

/** What libvirt takes for each parameter: it refuses an integer of another type than its own. */
export type ParamTypes = Readonly<Record<string, ParamType>>
export type ParamType = 'int' | 'uint' | 'llong' | 'ullong' | 'boolean' | 'string' | 'strings'

interface ValueOf {
  int: number
  uint: number
  llong: number | bigint
  ullong: number | bigint
  boolean: boolean
  string: string
  /** Sent as one parameter each, under one name. */
  strings: readonly string[]
}

/**
 * The parameters of one call by libvirt's names. 64-bit integers may be number or bigint when sent, and are bigint in
 * answers only beyond ±(2^53 − 1).
 */
export type ParamsOf<T extends ParamTypes> = { readonly [K in keyof T]?: ValueOf[T[K]] | undefined }

/** @throws TypeError for a name that is not in the table or a value that does not fit its type */
export function fromParams<T extends ParamTypes>(types: T, params: ParamsOf<T>): TypedParam[] {
  const list: TypedParam[] = []
  for (const [field, value] of Object.entries<ValueOf[ParamType] | undefined>(params)) {
    if (value === undefined) continue
    const type = types[field]
    if (type === undefined) throw new TypeError(`unknown parameter '${field}'`)
    if (type !== 'strings') list.push({ field, value: typedValue(field, type, value) })
    else for (const one of textsOf(field, value)) list.push({ field, value: { type: 7, s: one } })
  }
  return list
}

function typedValue(field: string, type: Exclude<ParamType, 'strings'>, value: unknown): TypedParamValue {
  if (type === 'string' && typeof value === 'string') return { type: 7, s: value }
  if (type === 'boolean' && typeof value === 'boolean') return { type: 6, b: value ? 1 : 0 }
  if (type === 'int' && typeof value === 'number') return { type: 1, i: value }
  if (type === 'uint' && typeof value === 'number') return { type: 2, ui: value }
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (type === 'llong') return { type: 3, l: BigInt(value) }
    if (type === 'ullong') return { type: 4, ul: BigInt(value) }
  }
  throw new TypeError(`parameter '${field}' is not of type ${type}`)
}

function textsOf(field: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw new TypeError(`parameter '${field}' is not a list`)
  return value.map(String)
}

/**
 * A flag without which the daemon leaves out parameters that are text. libvirt's own client sends it always, for the sake
 * of clients older than these.
 */
export const TEXT_TOO = typedParameterFlags['string-okay']

interface CountedParams {
  readonly params: readonly TypedParam[]
  readonly nparams: number
}

/** The older procedures tell first how many parameters there are, and then give as many as are asked for. */
export async function countedParams<T extends ParamTypes>(
  ask: (nparams: number) => Promise<CountedParams>,
): Promise<ParamsOf<T>> {
  const { nparams } = await ask(0)
  return nparams === 0 ? {} : knownParams<T>((await ask(nparams)).params)
}

/** Parameters in an answer. A newer daemon may send more than the type names. */
export function knownParams<T extends ParamTypes>(params: readonly TypedParam[]): ParamsOf<T> {
  return toParams(params) as ParamsOf<T>
}
