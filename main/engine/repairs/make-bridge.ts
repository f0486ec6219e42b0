import { readdir } from 'node:fs/promises'

import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../hosts/host.ts'
import { runProgram } from '../this-computer/run-program.ts'
import { isThere } from '../this-computer/surroundings.ts'
import { StrataError } from '../strata-error.ts'

const patienceMs = 10_000

/** Makes an empty bridge of this computer and sets it up; one that could not be set up is taken away again. */
export async function makeBridge(host: Host, { bridgeName }: RepairActionOf<'make-bridge'>): Promise<void> {
  const failed = say('repairs.bridgeCouldNotMade', { bridgeName })
  if (!host.isLocal) throw new StrataError('unsupported', say('repairs.madeItself', { failed, host: host.label }))
  if (process.getuid?.() !== 0)
    throw new StrataError('not-permitted', say('repairs.onlyAdministratorCanDo', { failed }))
  const known = await readdir('/sys/class/net')
  if (known.includes(bridgeName)) {
    if (await isThere(`/sys/class/net/${bridgeName}/bridge`)) return // somebody made it meanwhile
    throw new StrataError('already-exists', say('repairs.networkCardComputer', { failed, bridgeName }))
  }
  await ip(['link', 'add', 'name', bridgeName, 'type', 'bridge'], failed)
  try {
    await ip(['link', 'set', bridgeName, 'up'], failed)
  } catch (error) {
    await ip(['link', 'delete', bridgeName, 'type', 'bridge'], failed)
    throw error
  }
}

async function ip(words: readonly string[], failed: Said): Promise<void> {
  const ended = await runProgram('ip', words, { timeoutMs: patienceMs })
  if (ended.exitCode !== 0) throw new StrataError('internal', failed, { detail: ended.errorText.trim() })
}
