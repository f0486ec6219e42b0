import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../hosts/host.ts'
import { readHostSystem, type HostSystem } from '../hosts/place/host-system.ts'
import type { JobRunner } from '../jobs/job-runner.ts'
import { StrataError } from '../strata-error.ts'
import { runAsJob } from './run-as-job.ts'

/** A slow mirror, and a person who looks for the password. */
const patienceMs = 10 * 60_000

/** Installs packages of the host's system; which ones may be asked for is fixed by the contract. */
export async function installPackages(
  host: Host,
  jobs: JobRunner,
  { packages }: RepairActionOf<'install-packages'>,
): Promise<void> {
  const { programs } = host
  const system = await readHostSystem(host)
  if (programs === null || system === null)
    throw new StrataError('unsupported', say('repairs.nothingCanInstalledHere', { host: host.label }))
  const line = installLine(packages, system)
  const title = say('repairs.install2', { packages })
  const steps = [{ id: 'install', label: say('repairs.installSystemsPackageArchive') }]
  await runAsJob(jobs, { kind: 'install-packages', title, hostId: host.id, steps, cancellable: false }, async (job) => {
    job.step('install')
    const [program = '', ...rest] = line
    const ended = await programs.run(program, rest, { timeoutMs: patienceMs })
    if (ended.exitCode !== 0) {
      throw new StrataError('internal', say('repairs.couldNotInstalled', { packages }), {
        detail: (ended.errorText || ended.outputText).trim(),
      })
    }
  })
}

/** @throws StrataError 'not-permitted' where nobody here can ask for an administrator's password */
export function installLine(
  packages: readonly string[],
  { isRoot, packages: tool, hasPkexec }: Pick<HostSystem, 'isRoot' | 'packages' | 'hasPkexec'>,
): string[] {
  if (tool !== 'apt') throw new StrataError('unsupported', say('repairs.strataCanInstallPackages'))
  if (!isRoot && !hasPkexec) {
    throw new StrataError('not-permitted', say('repairs.onlyAdministratorCanInstall'))
  }
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', '--', ...packages]
  const quietly = ['env', 'DEBIAN_FRONTEND=noninteractive', ...install]
  return isRoot ? quietly : ['pkexec', ...quietly]
}
