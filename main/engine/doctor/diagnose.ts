import type { Cause, Diagnosis } from '@strata/contract/doctor.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Connection } from 'node-libvirt'

import { deferred } from '../deferred.ts'
import type { Host } from '../hosts/host.ts'
import { isEdit } from '../definitions/definition-edits.ts'
import { machineRepairs } from '../repairs/offered-for-machine.ts'
import { checkBootFiles } from './checks/boot-files.ts'
import { checkDenials } from './checks/denials.ts'
import { checkDevices } from './checks/devices.ts'
import { checkFileAccess } from './checks/file-access.ts'
import { checkFirmware } from './checks/firmware.ts'
import { checkImageContents } from './checks/image-contents.ts'
import { checkImageFiles } from './checks/image-files.ts'
import { checkImageUse } from './checks/image-use.ts'
import { checkMemory } from './checks/memory.ts'
import { checkNetworks } from './checks/networks.ts'
import { checkPlatform } from './checks/platform.ts'
import { checkPools } from './checks/pools.ts'
import { checkPorts } from './checks/ports.ts'
import { checkProcessor } from './checks/processor.ts'
import { checkRoom } from './checks/room.ts'
import { checkSavedState } from './checks/saved-state.ts'
import { examine, type Check, type Examined } from './examined.ts'

/** No check may keep the user from what the others found. */
const patienceMs = 8_000

/** In the order in which what they find has to be mended. */
const checks: readonly Check[] = [
  checkSavedState,
  checkPlatform,
  checkProcessor,
  checkFirmware,
  checkPools,
  checkNetworks,
  checkImageFiles,
  checkBootFiles,
  checkFileAccess,
  checkImageContents,
  checkImageUse,
  checkDevices,
  checkPorts,
  checkMemory,
  checkRoom,
  checkDenials,
]

/** Looks at everything that a start of the machine needs. Throws only when the machine or its host is gone. */
export function diagnose(host: Host, { uuid }: Pick<MachineRef, 'uuid'>): Promise<Diagnosis> {
  const { name } = host.inventory.requireMachine(uuid)
  return host.withBulkConnection(async (connection) => {
    const causes = await findCauses(host, { uuid, name }, connection)
    return { causes, checkedAtMs: Date.now() }
  })
}

async function findCauses(
  host: Host,
  machine: { readonly uuid: string; readonly name: string },
  connection: Connection,
): Promise<Cause[]> {
  const examined = await examine(host, { hostId: host.id, ...machine }, connection)
  const causes = await runChecks(checks, examined)
  return examined.savedState.kind === 'readable' ? causes.map((cause) => ofSavedState(cause, examined)) : causes
}

/** All at once; what stops comes before what warns. A check that fails, or takes too long, is left out: it says nothing about the machine. */
export async function runChecks(
  wanted: readonly Check[],
  examined: Examined,
  limitMs: number = patienceMs,
): Promise<Cause[]> {
  const found = (await Promise.all(wanted.map((check) => attempt(check, examined, limitMs)))).flat()
  const of = (severity: Cause['severity']) => found.filter((cause) => cause.severity === severity)
  return [...of('stops'), ...of('warns')]
}

async function attempt(check: Check, examined: Examined, limitMs: number): Promise<Cause[]> {
  const { promise: timeout, reject } = deferred<never>()
  const timer = setTimeout(() => {
    reject(new Error('it took too long'))
  }, limitMs)
  try {
    return await Promise.race([check(examined), timeout])
  } catch (error) {
    examined.host.log.warn({ err: error, check: check.name, machine: examined.machine.uuid }, 'a check was left out')
    return []
  } finally {
    clearTimeout(timer)
  }
}

const notForSavedStates = new Set(['eject-media', 'copy-into-pool', 'change-port'])

/** What a saved state was made with cannot be changed: it is mended around it, or the machine starts afresh. */
function ofSavedState(cause: Cause, { machine, host }: Examined): Cause {
  if (cause.severity === 'warns') return cause
  const fitting = cause.repairs.filter(
    ({ action }) => action === null || !(isEdit(action) || notForSavedStates.has(action.kind)),
  )
  const proof = [cause.proof, say('doctor.savedStateMadeCan')]
  return {
    ...cause,
    proof: say('engine.sentences', { all: proof.filter((words) => words !== null) }),
    repairs: [
      ...fitting,
      machineRepairs.setSavedStateAside(machine, host.files !== null && host.address.scope === 'session'),
    ],
  }
}
