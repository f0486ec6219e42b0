import { say } from '@strata/contract/words/say.ts'
import { mapEventIterator, ORPCError } from '@orpc/client'
import { os, ValidationError } from '@orpc/server'
import type { Logger } from 'pino'

import { StrataError, toStrataError } from './strata-error.ts'

/**
 * Makes of everything that a procedure or its stream throws the one error that the contract declares. What nobody
 * foresaw is 'internal': told to the user with its own words, and to the log with its stack.
 */
export function strataErrorsMiddleware(log: Logger) {
  const translate = (error: unknown, path: readonly string[]): unknown => {
    if (isRefusedInput(error)) return toOrpcError(refusedInput(error.cause))
    if (error instanceof ORPCError) return error // the library's own, as an unknown procedure
    const strata = toStrataError(error, say('engine.somethingWentWrongInside'))
    if (strata.code === 'internal') log.error({ err: error, procedure: path.join('.') }, 'procedure failed')
    return toOrpcError(strata)
  }
  return os.middleware(async ({ next, path }) => {
    try {
      const result = await next()
      if (!isAsyncIteratorObject(result.output)) return result
      const output: unknown = mapEventIterator(result.output, {
        value: (value) => Promise.resolve(value),
        error: (error) => Promise.resolve(translate(error, path)),
      })
      return { ...result, output: output as typeof result.output }
    } catch (error) {
      throw translate(error, path)
    }
  })
}

export function toOrpcError(error: StrataError): ORPCError<StrataError['code'], StrataError['data']> {
  return new ORPCError(error.code, { message: error.message, data: error.data, cause: error.cause })
}

function isRefusedInput(error: unknown): error is ORPCError<'BAD_REQUEST', unknown> & { cause: ValidationError } {
  return error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError
}

/** The schema's complaints as one error; its field is named where all of them are about the same one. */
function refusedInput({ issues }: ValidationError): StrataError {
  const fields = new Set(issues.map(({ path }) => String(pathKey(path?.[0]) ?? '')))
  const [field = ''] = fields
  const about = fields.size === 1 && field !== '' ? field : undefined
  const detail = issues.map(({ path, message }) => `${path?.map(pathKey).join('.') ?? ''}: ${message}`).join('\n')
  const sentence = about === undefined ? say('engine.whatAskedForNot') : say('engine.valueDoesNotFit', { about })
  return new StrataError('invalid-input', sentence, { detail, field: about })
}

const pathKey = (segment: PropertyKey | { readonly key: PropertyKey } | undefined) =>
  typeof segment === 'object' ? segment.key : segment

function isAsyncIteratorObject(value: unknown): value is AsyncIteratorObject<unknown, unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
