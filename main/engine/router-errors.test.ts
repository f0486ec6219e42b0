import { createRouterClient, implement } from '@orpc/server'
import { isDefinedError, safe } from '@orpc/client'
import { jobs as contract } from '@strata/contract/jobs.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'

import { strataErrorsMiddleware } from './router-errors.ts'
import { StrataError } from './strata-error.ts'

function clientThat(fails: { cancel?: unknown; inStream?: unknown }, lines: string[] = []) {
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })
  const os = implement(contract).use(strataErrorsMiddleware(log))
  const router = os.router({
    watch: os.watch.handler(async function* () {
      yield { type: 'snapshot' as const, jobs: [] }
      throw fails.inStream
    }),
    cancel: os.cancel.handler(() => {
      throw fails.cancel
    }),
    dismiss: os.dismiss.handler(() => undefined),
  })
  return createRouterClient(router)
}

describe('an error that leaves the engine', () => {
  it('is the declared one, with its data', async () => {
    const repair = { label: unkeyed('l'), explanation: unkeyed('e'), command: 'virsh x', action: null }
    const client = clientThat({
      cancel: new StrataError('wrong-state', 'It is off.', { detail: 'why', repairs: [repair] }),
    })
    const { error } = await safe(client.cancel({ jobId: 'a' }))
    expect(isDefinedError(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'wrong-state',
      message: 'It is off.',
      data: { detail: 'why', field: null, repairs: [repair] },
    })
  })

  it('is internal when nobody foresaw it, and is in the log with its stack', async () => {
    const lines: string[] = []
    const client = clientThat({ cancel: new RangeError('odd') }, lines)
    const { error } = await safe(client.cancel({ jobId: 'a' }))
    expect(error).toMatchObject({ code: 'internal', data: { detail: 'odd' } })
    expect(lines.join()).toContain('router-errors.test.ts')
  })

  it('is the declared one in the middle of a stream too', async () => {
    const client = clientThat({ inStream: new StrataError('connection-lost', 'Gone.') })
    const stream = await client.watch()
    await stream.next()
    const { error } = await safe(stream.next())
    expect(isDefinedError(error)).toBe(true)
    expect(error).toMatchObject({ code: 'connection-lost', message: 'Gone.' })
  })

  it('names the field that the contract refuses', async () => {
    // What no typed caller sends, but any other program may.
    const wrong = JSON.parse('{"jobId":7}') as { jobId: string }
    const { error } = await safe(clientThat({}).cancel(wrong))
    expect(isDefinedError(error)).toBe(true)
    expect(error).toMatchObject({ code: 'invalid-input', data: { field: 'jobId', repairs: [] } })
  })
})
