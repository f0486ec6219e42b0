import type { Connection } from './connection.ts'
import type { NonnullDomain } from './protocol/structs.generated.ts'

/**
 * What every part of `Domain` stands on. Its methods are spread over files, an idea each (domain-block.ts,
 * domain-guest.ts, …): each class adds its methods to those of the one before, and `Domain` is the last. Only that one
 * is public.
 */
export abstract class DomainHandle {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullDomain,
  ) {}

  get name(): string {
    return this.ref.name
  }

  /** Lower case with dashes. */
  get uuid(): string {
    return this.ref.uuid
  }

  /** The hypervisor's number, null when it was off: as it was when this handle was made. */
  get id(): number | null {
    return this.ref.id === -1 ? null : this.ref.id
  }
}
