import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import type { HostDefinition } from './host-definition.ts'
import { runProgram } from '../this-computer/run-program.ts'
import { findProgram, readSurroundings } from '../this-computer/surroundings.ts'

const patienceMs = 30_000

/**
 * Starts the system's libvirt service, where this user may. A session daemon needs nothing here: connecting starts it.
 * @throws StrataError 'not-permitted' when only an administrator can
 */
export async function startSystemDaemon(host: HostDefinition): Promise<void> {
  const around = await readSurroundings()
  if (!around.isRoot) throw new StrataError('not-permitted', say('hosts.onlyAdministratorCanStart'))
  if (around.daemonProgram === null) throw new StrataError('unsupported', say('hosts.libvirtNotInstalledComputer'))
  if (around.hasSystemd) await run(host, 'systemctl', ['start', around.daemonProgram])
  else await startByHand(host, around.daemonProgram)
}

/** Without a service manager: the log daemon first, because guests are refused without it. */
async function startByHand(host: HostDefinition, program: string): Promise<void> {
  const virtlogd = await findProgram('virtlogd')
  // It refuses to run twice, and that is well.
  if (virtlogd !== null) await runProgram(virtlogd, ['--daemon'], { timeoutMs: patienceMs })
  await run(host, program, ['--daemon'])
}

async function run(host: HostDefinition, name: string, programArguments: readonly string[]): Promise<void> {
  const program = (await findProgram(name)) ?? name
  const ended = await runProgram(program, programArguments, { timeoutMs: patienceMs })
  if (ended.exitCode !== 0) {
    throw new StrataError('internal', say('hosts.libvirtDaemonCouldNot', { host: host.label }), {
      detail: ended.errorText.trim(),
    })
  }
}
