import type { StartOptions } from '@strata/engine/startup/options.ts'
import type { Wish } from '@strata/engine/startup/wish.ts'

/** From the shell to the engine's process. The ports of 'window' are [rpc, consoles]. */
export type MessageToEngine =
  | { readonly type: 'start'; readonly options: StartOptions }
  | { readonly type: 'window' }
  /** Finish the jobs, close, exit. */
  | { readonly type: 'close' }

/** From the engine's process to the shell. */
export type MessageFromEngine =
  | { readonly type: 'running' }
  /** Somebody has started Strata once more, and wants to see this. */
  | { readonly type: 'wish'; readonly wish: Wish }
  /** Jobs that are waited for before it closes. */
  | { readonly type: 'finishing'; readonly titles: readonly string[] }
  | { readonly type: 'failed'; readonly message: string }
