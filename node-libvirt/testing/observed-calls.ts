import type { Connection, ProcedureName, Ret } from '../src/connection.ts'
import { openConnection } from '../src/open.ts'
import { FakeDaemon, openingScript, type FakeCall } from './fake-daemon.ts'

/** What a fake daemon answers, by procedure. One that is asked twice answers the same, or what a function makes of the arguments. */
export type Answers = { readonly [P in ProcedureName]?: Ret<P> | null | ((args: never) => Ret<P>) }

export interface Observed<T> {
  /** What came in, decoded by the generated codecs, in its order. */
  readonly calls: readonly (readonly [ProcedureName, unknown])[]
  readonly result: T
}

/** Lets `act` use a connection to a daemon that knows these answers alone, and tells what the daemon was asked. */
export async function observed<T>(answers: Answers, act: (connection: Connection) => Promise<T>): Promise<Observed<T>> {
  const calls: (readonly [ProcedureName, unknown])[] = []
  const script: Record<string, unknown> = { ...openingScript }
  for (const [procedure, answer] of Object.entries<unknown>(answers) as [ProcedureName, unknown][]) {
    script[procedure] = (call: FakeCall) => {
      calls.push([procedure, call.args])
      const ret: unknown = typeof answer === 'function' ? (answer as (args: unknown) => unknown)(call.args) : answer
      call.reply(ret as never)
    }
  }
  const daemon = new FakeDaemon(script)
  const connection = await openConnection('qemu:///system', { connectTransport: daemon.transport })
  try {
    return { calls, result: await act(connection) }
  } finally {
    await connection.close()
  }
}
