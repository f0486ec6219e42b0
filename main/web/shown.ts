import type { StartedEngine } from '@strata/engine/startup/start-engine.ts'
import { pageOf, type Wish } from '@strata/engine/startup/wish.ts'

import { addressText, writeAddressFile } from './address.ts'
import type { WebServer } from './web-server.ts'

/** How the user gets to see Strata: a window of ours, an address, or a file for a script. */
export interface Shown {
  /** Resolves when nobody can see it any more. */
  closed(running: StartedEngine): Promise<void>
  /** What is told only when everything runs. */
  onRunning(running: StartedEngine): Promise<void> | void
  /** Answers a second start with what it prints. */
  onWish(wanted: Wish): Promise<string>
  close(): Promise<void>
}

const never = new Promise<never>(() => undefined)

/** For whoever started this without a window; the token is theirs, so there is none left for anybody else. */
export function showInFile(path: string, server: WebServer): Shown {
  let remove = () => Promise.resolve()
  return {
    closed: () => never,
    onRunning: async () => {
      remove = await writeAddressFile(path, server.url, server.signIn.issueToken())
    },
    onWish: () => Promise.resolve(`Strata is running already, at ${server.url}.`),
    close: () => remove(),
  }
}

/** Prints the one-time address, and another one when everybody has signed out or somebody starts Strata once more. */
export function showAddress(wish: Wish, server: WebServer): Shown {
  const addressOf = (wanted: Wish) =>
    addressText(server.url, server.signIn.issueToken(), process.env['SSH_CONNECTION'], pageOf(wanted))
  server.signIn.onEverybodyLeft = () => console.log(addressOf({ kind: 'window' }))
  return {
    closed: () => never,
    onRunning: () => console.log(addressOf(wish)),
    onWish: (wanted) => Promise.resolve(addressOf(wanted)),
    close: () => Promise.resolve(),
  }
}
