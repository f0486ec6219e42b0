import type { JobRef, MachineRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { toStrataError } from '../strata-error.ts'
import { powerHistory } from './power-history.ts'
import { requireFitting } from './power.ts'

/** Writes the machine's memory to the host's disk and stops it; the next start goes on from there. */
export function saveMachine(
  { hosts, jobs, history }: Pick<EngineParts, 'hosts' | 'jobs' | 'history'>,
  ref: MachineRef,
): JobRef {
  const host = hosts.get(ref.hostId)
  const machine = host.inventory.requireMachine(ref.uuid)
  requireFitting(machine, 'save')
  return jobs.start(
    {
      kind: 'save-machine',
      title: say('machines.save', { machine: machine.name }),
      hostId: ref.hostId,
      machineUuid: ref.uuid,
      steps: [{ id: 'save', label: say('machines.writeMemory') }],
    },
    async (job) => {
      job.step('save')
      try {
        await save(host, ref.uuid, job)
      } catch (error) {
        throw toStrataError(error, say('machines.couldNotSavedGoes', { machine: machine.name }))
      }
      await host.inventory.reloadMachine(ref.uuid) // has the saved state in the picture before the job is done
      await history.add(ref, powerHistory(host.uri, machine.name, 'save'))
    },
  )
}

const lookIntervalMs = 300

async function save(host: Host, uuid: string, job: JobControl): Promise<void> {
  const abortSave = () => {
    // libvirt ends the save with an error, which is then the job's; a save that was just done cannot be aborted any more.
    host.inventory
      .domain(uuid)
      .then((domain) => domain.abortJob())
      .catch(() => undefined)
  }
  job.signal.addEventListener('abort', abortSave, { once: true })
  const looking = setInterval(() => void tellProgress(host, uuid, job), lookIntervalMs)
  try {
    await host.slow(async (connection) => (await connection.domainLookupByUUID(uuid)).managedSave())
  } finally {
    clearInterval(looking)
    job.signal.removeEventListener('abort', abortSave)
  }
}

async function tellProgress(host: Host, uuid: string, job: JobControl): Promise<void> {
  try {
    const domain = await host.inventory.domain(uuid)
    const { type, stats } = await domain.getJobStats()
    const [done, total] = [stats['data_processed'], stats['data_total']]
    if (type !== 'none' && typeof done === 'number' && typeof total === 'number') job.progress(done, total)
  } catch {
    // A number less to show; what matters of the save is told by the save.
  }
}
