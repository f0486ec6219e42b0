import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import type { Host } from './host.ts'
import type { HostPrograms } from './place/host-programs.ts'
import { readHostSystem } from './place/host-system.ts'

const patienceMs = 30_000

/**
 * Starts the system's libvirt service, where this user may. A session daemon needs nothing here: connecting starts it.
 * @throws StrataError 'not-permitted' when only an administrator can
 */
export async function startSystemDaemon({ label, daemonPlace }: Pick<Host, 'label' | 'daemonPlace'>): Promise<void> {
  const { programs } = daemonPlace
  const system = await readHostSystem(daemonPlace)
  if (programs === null || system === null)
    throw new StrataError('unsupported', say('hosts.daemonStartedThere', { host: label }))
  if (!system.isRoot) throw new StrataError('not-permitted', say('hosts.onlyAdministratorCanStart'))
  if (system.daemonProgram === null) throw new StrataError('unsupported', say('hosts.libvirtNotInstalledComputer'))
  const start = (name: string, words: readonly string[]) => run(programs, label, name, words)
  if (system.hasSystemd) await start('systemctl', ['start', system.daemonProgram])
  else await startByHand(programs, () => start(system.daemonProgram ?? '', ['--daemon']))
}

/** Without a service manager: the log daemon first, because guests are refused without it. */
async function startByHand(programs: HostPrograms, startDaemon: () => Promise<void>): Promise<void> {
  const virtlogd = await programs.find('virtlogd')
  // It refuses to run twice, and that is well.
  if (virtlogd !== null) await programs.run(virtlogd, ['--daemon'], { timeoutMs: patienceMs })
  await startDaemon()
}

async function run(
  programs: HostPrograms,
  label: string,
  name: string,
  programArguments: readonly string[],
): Promise<void> {
  const program = (await programs.find(name)) ?? name
  const ended = await programs.run(program, programArguments, { timeoutMs: patienceMs })
  if (ended.exitCode !== 0) {
    throw new StrataError('internal', say('hosts.libvirtDaemonCouldNot', { host: label }), {
      detail: ended.errorText.trim(),
    })
  }
}
