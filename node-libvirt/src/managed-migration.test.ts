import { describe, expect, it } from 'vitest'
import { FakeDaemon, openingScript, type FakeCall, type Script } from '../testing/fake-daemon.ts'
import type { Connection } from './connection.ts'
import { Domain } from './domain.ts'
import { openConnection } from './open.ts'

// What goes wrong between the steps. Two real daemons are in migration.test.ts.

const dom = { name: 'one', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 }
const cookie = (text: string) => new Uint8Array(Buffer.from(text))
const fails = (message: string) => (call: FakeCall) => call.fail({ code: 1, domain: 10, message })

/** A source and a destination that do their part, unless told otherwise, and what they were asked. */
async function migrating<T>(
  change: Script,
  act: (domain: Domain, destination: Connection) => Promise<T>,
): Promise<{ steps: string[]; result: T }> {
  const steps: string[] = []
  const script: Record<string, unknown> = {
    domainMigrateBegin3Params: (call: FakeCall) => call.reply({ cookie_out: cookie('begun'), xml: '<domain/>' }),
    domainMigratePrepare3Params: (call: FakeCall) =>
      call.reply({ cookie_out: cookie('prepared'), uri_out: 'tcp://there:49152' }),
    domainMigratePerform3Params: (call: FakeCall) => call.reply({ cookie_out: cookie('performed') }),
    domainMigrateFinish3Params: (call: FakeCall) => call.reply({ dom, cookie_out: cookie('finished') }),
    domainMigrateConfirm3Params: (call: FakeCall) => call.reply(),
    ...change,
  }
  const noted: Record<string, unknown> = { ...openingScript }
  for (const [name, answer] of Object.entries(script)) {
    noted[name] = (call: FakeCall, daemon: FakeDaemon) => {
      const { cookie_in, cancelled } = call.args as { cookie_in?: Uint8Array; cancelled?: number }
      const step = name.replace(/^domainMigrate|3Params$/g, '')
      steps.push(`${step}(${Buffer.from(cookie_in ?? []).toString()})${cancelled === 1 ? ' cancelled' : ''}`)
      ;(answer as (call: FakeCall, daemon: FakeDaemon) => void)(call, daemon)
    }
  }
  if ('connectSupportsFeature' in change) noted['connectSupportsFeature'] = change.connectSupportsFeature
  const [here, there] = [new FakeDaemon(noted), new FakeDaemon(noted)]
  await using source = await openConnection('qemu:///system', { connectTransport: here.transport })
  await using destination = await openConnection('qemu:///system', { connectTransport: there.transport })
  return { result: await act(new Domain(source, dom), destination), steps }
}

/** How a migration failed. */
const failure = (migration: Promise<unknown>): Promise<Error> =>
  migration.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as Error,
  )

describe('a migration that this client leads', () => {
  it('hands each step the cookie of the one before', async () => {
    const { steps, result } = await migrating({}, (domain, to) => domain.migrate3(to))
    expect(result.uuid).toBe(dom.uuid)
    expect(steps).toEqual(['Begin()', 'Prepare(begun)', 'Perform(prepared)', 'Finish(performed)', 'Confirm(finished)'])
  })

  it('moves the definition alone when it is off', async () => {
    const { steps } = await migrating({}, (domain, to) => domain.migrate3(to, {}, ['offline', 'persist-dest']))
    expect(steps).toEqual(['Begin()', 'Prepare(begun)', 'Finish(prepared)', 'Confirm(finished)'])
  })

  it('lets the source go on when the destination cannot finish', async () => {
    const { steps, result } = await migrating({ domainMigrateFinish3Params: fails('no room') }, (domain, to) =>
      failure(domain.migrate3(to)),
    )
    expect(result.message).toBe('no room')
    expect(steps.slice(3)).toEqual(['Finish(performed)', 'Confirm() cancelled'])
  })

  it('tells the destination when the source cannot perform', async () => {
    const { steps, result } = await migrating(
      { domainMigratePerform3Params: fails('no way'), domainMigrateFinish3Params: fails('cancelled') },
      (domain, to) => failure(domain.migrate3(to)),
    )
    expect(result.message).toBe('no way')
    expect(steps.slice(2)).toEqual(['Perform(prepared)', 'Finish() cancelled'])
  })

  it('confirms nothing to a source that holds no job for it', async () => {
    const { steps, result } = await migrating(
      {
        connectSupportsFeature: (call) => call.reply({ supported: 0 }),
        domainMigratePrepare3Params: fails('not here'),
      },
      (domain, to) => failure(domain.migrate3(to)),
    )
    expect(result.message).toBe('not here')
    expect(steps).toEqual(['Begin()', 'Prepare(begun)'])
  })

  it('tells both failures when calling it off fails as well', async () => {
    const { result } = await migrating(
      { domainMigratePrepare3Params: fails('not here'), domainMigrateConfirm3Params: fails('nor there') },
      (domain, to) => failure(domain.migrate3(to)),
    )
    expect(result).toBeInstanceOf(AggregateError)
    expect((result as AggregateError).errors.map((error: Error) => error.message)).toEqual(['not here', 'nor there'])
  })

  it('goes no further once its caller has given up', async () => {
    const enough = new AbortController()
    const reason = new Error('enough')
    const { steps, result } = await migrating(
      {
        domainMigratePrepare3Params: (call) => {
          enough.abort(reason)
          call.reply({ cookie_out: cookie('prepared'), uri_out: null })
        },
        domainMigrateFinish3Params: fails('cancelled'),
      },
      (domain, to) => failure(domain.migrate3(to, {}, [], { signal: enough.signal })),
    )
    expect(result).toBe(reason)
    expect(steps).toEqual(['Begin()', 'Prepare(begun)', 'Finish() cancelled', 'Confirm() cancelled'])
  })
})
