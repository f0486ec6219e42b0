import type { Connection } from './connection.ts'
import type { DomainHandle } from './domain-handle.ts'
import { flagBits, type Flags } from './flags.ts'
import { migrateParamTypes, type MigrateParams } from './param-types.ts'
import { domainMigrateFlags } from './protocol/enums.generated.ts'
import type { NonnullDomain } from './protocol/structs.generated.ts'
import { watchOptions, type CallOptions } from './rpc/call-options.ts'
import { fromParams } from './sent-params.ts'

/** What a migration that the client leads may be asked for: the daemons do not speak with each other in it. */
export type ManagedMigrateFlags = Flags<Omit<typeof domainMigrateFlags, 'peer2peer' | 'tunnelled'>>

/** virDrvFeature: the source lets nobody change the guest between the steps, and wants to be told how they ended. */
const FEATURE_CHANGE_PROTECTION = 7
/** What concerns the source alone. */
const SOURCE_ONLY = domainMigrateFlags['abort-on-error'] | domainMigrateFlags['auto-converge']
/** What follows a step that failed: its cookie never came, and that of the step before is for another side. */
const NO_COOKIE = new Uint8Array()

/**
 * The five steps of virDomainMigrate3: begin at the source, prepare at the destination, perform at the source, finish at
 * the destination, confirm at the source. Each gets the cookie of the one before. At every moment one side at most runs
 * the guest: the destination starts it only in `finish`, and the source forgets it only in `confirm`.
 * @returns the domain at the destination
 */
export async function migrateManaged(
  source: DomainHandle,
  destination: Connection,
  wanted: MigrateParams,
  flags: ManagedMigrateFlags,
  options: CallOptions = {},
): Promise<NonnullDomain> {
  options.signal?.throwIfAborted()
  const { supported } = await source.connection.call('connectSupportsFeature', { feature: FEATURE_CHANGE_PROTECTION })
  const steps = stepsOf(source, destination, flags, supported !== 0)
  const caller = new CallerWatch(source, options)
  try {
    const begun = await steps.begin(wanted)
    const described = { ...wanted, destination_xml: begun.xml }
    const prepared = await undoing(
      () => caller.unlessUnwanted(() => steps.prepare(described, begun.cookie_out)),
      async () => supported !== 0 && steps.confirm(described, NO_COOKIE, 'cancelled'),
    )
    const migrate_uri = prepared.uri_out ?? wanted.migrate_uri
    const settled = { ...described, migrate_uri, destination_name: wanted.destination_name ?? source.name }
    const cookie = flags.includes('offline')
      ? prepared.cookie_out
      : await transfer(steps, caller, settled, prepared.cookie_out)
    const finished = await undoing(
      () => steps.finish(settled, cookie, 'done'),
      () => steps.confirm(settled, NO_COOKIE, 'cancelled'), // the source goes on with the guest
    )
    await steps.confirm(settled, finished.cookie_out, 'done')
    return finished.dom
  } finally {
    caller.stop()
  }
}

/** @returns the cookie for the destination */
async function transfer(steps: Steps, caller: CallerWatch, settled: MigrateParams, cookie: Uint8Array) {
  let wasAsked = false
  const perform = () => {
    wasAsked = true
    return caller.cancelling(() => steps.perform(settled, cookie))
  }
  const performed = await undoing(
    () => caller.unlessUnwanted(perform),
    async () => {
      // The destination answers this with an error that says what we tell it: that it was cancelled.
      await steps.finish(settled, NO_COOKIE, 'cancelled').catch(() => undefined)
      // A source that could not perform has given up by itself.
      if (!wasAsked) await steps.confirm(settled, NO_COOKIE, 'cancelled')
    },
  )
  return performed.cookie_out
}

type Outcome = 'done' | 'cancelled'

type Steps = ReturnType<typeof stepsOf>

/** The five calls, with what is the same for all. */
function stepsOf(source: DomainHandle, destination: Connection, flags: ManagedMigrateFlags, isProtected: boolean) {
  const { connection, ref: dom } = source
  const here = { flags: flagBits(domainMigrateFlags, isProtected ? [...flags, 'change-protection'] : flags) }
  const there = { flags: flagBits(domainMigrateFlags, flags) & ~SOURCE_ONLY }
  const params = (values: MigrateParams) => ({ params: fromParams(migrateParamTypes, values) })
  const cancelled = (outcome: Outcome) => ({ cancelled: outcome === 'cancelled' ? 1 : 0 })
  return {
    begin: (values: MigrateParams) => connection.call('domainMigrateBegin3Params', { dom, ...params(values), ...here }),
    prepare: (values: MigrateParams, cookie_in: Uint8Array) =>
      destination.call('domainMigratePrepare3Params', { ...params(values), cookie_in, ...there }),
    perform: (values: MigrateParams, cookie_in: Uint8Array) =>
      connection.call('domainMigratePerform3Params', { dom, dconnuri: null, ...params(values), cookie_in, ...here }),
    finish: (values: MigrateParams, cookie_in: Uint8Array, outcome: Outcome) =>
      destination.call('domainMigrateFinish3Params', { ...params(values), cookie_in, ...there, ...cancelled(outcome) }),
    confirm: (values: MigrateParams, cookie_in: Uint8Array, outcome: Outcome) =>
      connection.call('domainMigrateConfirm3Params', {
        ...{ dom, ...params(values), cookie_in },
        ...{ ...here, ...cancelled(outcome) },
      }),
  }
}

/** Takes a step; when it fails, undoes what the steps before it did, and then fails with the step's own error. */
async function undoing<T>(step: () => Promise<T>, undo: () => Promise<unknown>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    await undo().catch((second: unknown) => {
      throw new AggregateError([error, second], 'The migration failed, and so did calling it off.', { cause: error })
    })
    throw error
  }
}

/**
 * Whether the caller still wants it. Steps cannot be left half way, so a signal or a timeout ends no call here: it keeps
 * the next step from being taken, or cancels the transfer at the source, and what was begun is undone.
 */
class CallerWatch {
  readonly stop: () => void
  readonly #unwanted = new AbortController()
  #isPerforming = false

  constructor(source: DomainHandle, options: CallOptions) {
    this.stop = watchOptions('domainMigrate3', options, (reason) => {
      this.#unwanted.abort(reason)
      // A refusal means that there is nothing left to cancel: the transfer's own end decides.
      if (this.#isPerforming) void source.connection.call('domainAbortJob', { dom: source.ref }).catch(() => undefined)
    })
  }

  async unlessUnwanted<T>(step: () => Promise<T>): Promise<T> {
    this.#unwanted.signal.throwIfAborted()
    return step()
  }

  /** A step that can be cancelled; when it was, it fails with the caller's reason. */
  async cancelling<T>(step: () => Promise<T>): Promise<T> {
    this.#isPerforming = true
    try {
      return await step()
    } catch (error) {
      this.#unwanted.signal.throwIfAborted()
      throw error
    } finally {
      this.#isPerforming = false
    }
  }
}
