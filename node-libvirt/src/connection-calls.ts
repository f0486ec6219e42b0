import type { Procedures } from './protocol/procedures.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** A procedure of libvirt's remote or QEMU program, such as 'domainGetInfo'. */
export type ProcedureName = keyof Procedures
export type Args<P extends ProcedureName> = Procedures[P]['args']
export type Ret<P extends ProcedureName> = Procedures[P]['ret']

/**
 * What every part of `Connection` stands on. Its methods are spread over files, an idea each (connection-host.ts,
 * connection-storage.ts, …): each class adds its methods to those of the one before, and `Connection` is the last. Only
 * that one is public. Methods that give handles say `this: Connection`, as a handle wants the whole of it.
 */
export abstract class ConnectionCalls {
  abstract call<P extends ProcedureName>(procedure: P, args: Args<P>, options?: CallOptions): Promise<Ret<P>>
}
