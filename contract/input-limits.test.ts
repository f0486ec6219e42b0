import { describe, expect, it } from 'vitest'

import { contract } from './index.ts'
import { machineName } from './machines.ts'

/** The parts of zod 4's schemas that matter here. */
interface Definition {
  readonly type: string
  readonly shape?: Record<string, Schema>
  readonly element?: Schema
  readonly options?: readonly Schema[]
  readonly innerType?: Schema
  readonly items?: readonly Schema[]
  readonly keyType?: Schema
  readonly valueType?: Schema
  readonly in?: Schema
  readonly left?: Schema
  readonly right?: Schema
  readonly getter?: () => Schema
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[]
}
interface Check {
  readonly check: string
  readonly pattern?: RegExp
}
interface Schema {
  readonly _zod: { readonly def: Definition }
}

/** A pattern bounds a text when it is anchored at both ends and nothing in it repeats without an end. */
const isBounded = (pattern: RegExp) => /^\^.*\$$/.test(pattern.source) && !/[^\\][*+]|\{\d+,\}/.test(pattern.source)

function unbounded(schema: Schema | undefined, path: string, seen: Set<Schema>): string[] {
  if (schema === undefined || seen.has(schema)) return []
  seen.add(schema)
  const { def } = schema._zod
  const checks = (def.checks ?? []).map((each) => each._zod.def)
  const hasMaximum = checks.some(({ check }) => check === 'max_length' || check === 'length_equals')
  const within = (inner: Schema | undefined, name = '') => unbounded(inner, path + name, seen)
  switch (def.type) {
    case 'string': {
      const hasLimit = hasMaximum || checks.some(({ pattern }) => pattern !== undefined && isBounded(pattern))
      return hasLimit ? [] : [path]
    }
    case 'array':
      return [...(hasMaximum ? [] : [`${path}[]`]), ...within(def.element, '[]')]
    case 'record':
      return [`${path} is a record`, ...within(def.keyType), ...within(def.valueType)]
    default:
      return [
        ...Object.entries(def.shape ?? {}).flatMap(([name, each]) => within(each, `.${name}`)),
        ...(def.options ?? []).flatMap((each) => within(each)),
        ...(def.items ?? []).flatMap((each) => within(each)),
        ...[def.innerType, def.in, def.left, def.right, def.getter?.()].flatMap((each) => within(each)),
      ]
  }
}

function inputs(part: unknown, path: string): [string, Schema][] {
  if (typeof part !== 'object' || part === null) return []
  if ('~orpc' in part) {
    const { inputSchema } = part['~orpc'] as { inputSchema?: Schema }
    return inputSchema === undefined ? [] : [[path, inputSchema]]
  }
  return Object.entries(part).flatMap(([name, each]) => inputs(each, path === '' ? name : `${path}.${name}`))
}

describe('the inputs of the contract', () => {
  it('have a limit for every text and every list: what comes in is read before anything is decided', () => {
    const all = inputs(contract, '')
    expect(all.length).toBeGreaterThan(40)
    expect([...new Set(all.flatMap(([path, schema]) => unbounded(schema, path, new Set())))]).toEqual([])
  })
})

describe('the name of a machine', () => {
  it.each(['a\u0001', 'a\u0085b', 'a\u2028b', 'a\u007F', 'a\uD800', 'a/b', 'a\nb', ' a', '..'])('is not %j', (name) => {
    expect(machineName.safeParse(name).success).toBe(false)
  })

  it.each(['web', 'wéb 1', '机器', 'a👍'])('may be %j', (name) => {
    expect(machineName.safeParse(name).success).toBe(true)
  })
})
