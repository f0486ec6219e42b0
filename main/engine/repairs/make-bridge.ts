import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../hosts/host.ts'
import type { HostPrograms } from '../hosts/place/host-programs.ts'
import { isThere } from '../hosts/place/host-system.ts'
import { StrataError } from '../strata-error.ts'

const patienceMs = 10_000

/** Makes an empty bridge of the host and sets it up; one that could not be set up is taken away again. */
export async function makeBridge(
  host: Pick<Host, 'files' | 'programs' | 'login' | 'label'>,
  { bridgeName }: RepairActionOf<'make-bridge'>,
): Promise<void> {
  const failed = say('repairs.bridgeCouldNotMade', { bridgeName })
  const { files, programs, login } = host
  if (files === null || programs === null)
    throw new StrataError('unsupported', say('repairs.madeItself', { failed, host: host.label }))
  if (login?.userId !== 0) throw new StrataError('not-permitted', say('repairs.onlyAdministratorCanDo', { failed }))
  const folder = `/sys/class/net/${bridgeName}`
  if (await isThere(files, folder)) {
    if (await isThere(files, `${folder}/bridge`)) return // somebody made it meanwhile
    throw new StrataError('already-exists', say('repairs.networkCardComputer', { failed, bridgeName }))
  }
  await ip(programs, ['link', 'add', 'name', bridgeName, 'type', 'bridge'], failed)
  try {
    await ip(programs, ['link', 'set', bridgeName, 'up'], failed)
  } catch (error) {
    await ip(programs, ['link', 'delete', bridgeName, 'type', 'bridge'], failed)
    throw error
  }
}

async function ip(programs: HostPrograms, words: readonly string[], failed: Said): Promise<void> {
  const ended = await programs.run('ip', words, { timeoutMs: patienceMs })
  if (ended.exitCode !== 0) throw new StrataError('internal', failed, { detail: ended.errorText.trim() })
}
