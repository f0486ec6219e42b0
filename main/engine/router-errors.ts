import { mapEventIterator, ORPCError } from '@orpc/client'
import { os } from '@orpc/server'
import type { Logger } from 'pino'

import { toStrataError, type StrataError } from './strata-error.ts'

/**
 * Makes of everything that a procedure or its stream throws the one error that the contract declares. What nobody
 * foresaw is 'internal': told to the user with its own words, and to the log with its stack.
 */
export function strataErrorsMiddleware(log: Logger) {
  const translate = (error: unknown, path: readonly string[]): unknown => {
    // The library's own: input that does not fit the schema, an unknown procedure.
    if (error instanceof ORPCError) return error
    const strata = toStrataError(error, 'Something went wrong inside Strata.')
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

function isAsyncIteratorObject(value: unknown): value is AsyncIteratorObject<unknown, unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
