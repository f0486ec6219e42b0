import { powerActionsByState, type Machine, type MachineState, type PowerAction } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Domain } from 'node-libvirt'

import type { FileUsers } from '../disk-images/file-users.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { whatIsBuiltOn } from './built-on.ts'
import { diagnose } from '../doctor/diagnose.ts'
import { explainStart } from '../doctor/explain-start.ts'
import { requireKnownReach } from './machine-reach.ts'
import { powerHistory } from './power-history.ts'

const verbs: Readonly<Record<PowerAction, Said>> = {
  start: say('machines.toBeStarted'),
  'shut-down': say('machines.askedShutDown2'),
  'force-off': say('machines.forcedOff2'),
  reboot: say('machines.askedReboot2'),
  reset: say('machines.toBeReset'),
  pause: say('machines.toBePaused'),
  resume: say('machines.toBeResumed'),
  save: say('machines.toBeSaved'),
  'discard-saved-state': say('machines.ridSavedState'),
}

const stateWords: Readonly<Record<MachineState, Said>> = {
  running: say('machines.isRunning'),
  paused: say('machines.isPaused'),
  suspended: say('machines.isAsleep'),
  'shutting-down': say('machines.shuttingDown'),
  'shut-off': say('machines.isOff'),
  crashed: say('machines.hasCrashed'),
  unknown: say('machines.stateNotKnown'),
}

/** Throws when the act does not fit what the machine is doing. */
export function requireFitting(
  machine: Pick<Machine, 'name' | 'state' | 'hasSavedState' | 'persistent' | 'isTemplate'>,
  action: PowerAction,
): void {
  const { name, state } = machine
  if (!powerActionsByState[state].includes(action)) {
    throw new StrataError(
      'wrong-state',
      say('machines.cannotBeIt', { name, verbs: verbs[action], stateWords: stateWords[state] }),
    )
  }
  if (action === 'start' && machine.isTemplate) {
    throw new StrataError('wrong-state', say('machines.templateStartedChangeDisks', { name }))
  }
  if (action === 'discard-saved-state' && !machine.hasSavedState)
    throw new StrataError('wrong-state', say('machines.noSavedState', { name }))
  if (action === 'save' && !machine.persistent) {
    throw new StrataError('wrong-state', say('machines.cannotSavedDisappearsWhen', { name }))
  }
}

/** Returns when libvirt accepted the act; the state changes by its events. */
export async function powerMachine(
  parts: Pick<EngineParts, 'fileUsers' | 'history' | 'folders'>,
  host: Host,
  uuid: string,
  action: PowerAction,
  allowedReaches: readonly string[] = [],
): Promise<void> {
  const { fileUsers, history } = parts
  const machine = host.inventory.requireMachine(uuid)
  if (action === 'save')
    throw new StrataError('invalid-input', say('machines.savingTaskProgressNot'), { field: 'action' })
  requireFitting(machine, action)
  if (action === 'start') {
    await requireNothingBuiltOn(fileUsers, host, machine)
    await requireAllowed(parts, host, machine, allowedReaches)
  }
  try {
    await host.slow(async (connection) => act(await connection.domainLookupByUUID(uuid), action))
  } catch (error) {
    if (action === 'start') throw await explainStart(error, host, machine)
    throw toStrataError(error, say('machines.couldNot', { machine: machine.name, verbs: verbs[action] }))
  }
  await noteOutcome(host, uuid, action)
  await history.add({ hostId: host.id, uuid }, powerHistory(host.uri, machine.name, action))
}

/** What stops the machine anyway is told first: nobody should be asked to allow what would not start. */
async function requireAllowed(
  parts: Pick<EngineParts, 'fileUsers' | 'folders'>,
  host: Host,
  machine: Machine,
  allowedReaches: readonly string[],
): Promise<void> {
  try {
    await requireKnownReach(parts, host, machine, allowedReaches)
  } catch (error) {
    const { causes } = await diagnose(host, machine)
    if (!causes.some(({ severity }) => severity === 'stops')) throw error
    throw await explainStart(error, host, machine)
  }
}

async function requireNothingBuiltOn(fileUsers: FileUsers, host: Host, machine: Machine): Promise<void> {
  const built = await whatIsBuiltOn(fileUsers, host, machine)
  if (built === null) return
  throw new StrataError('wrong-state', say('machines.cannotStartedWhatWrites', { machine: machine.name, built }))
}

async function act(domain: Domain, action: Exclude<PowerAction, 'save'>): Promise<void> {
  switch (action) {
    case 'start':
      return start(domain)
    case 'shut-down':
      return domain.shutdown() // without flags libvirt asks the agent where one listens, and presses the power button else
    case 'force-off':
      return domain.destroy()
    case 'reboot':
      return domain.reboot()
    case 'reset':
      return domain.reset()
    case 'pause':
      return domain.suspend()
    case 'resume':
      return resume(domain)
    case 'discard-saved-state':
      return domain.managedSaveRemove()
  }
}

/** A crashed machine may be kept in memory for whoever wants to look at it; then it has to go before it can start. */
async function start(domain: Domain): Promise<void> {
  const { state } = await domain.getState()
  if (state === 'crashed' && (await domain.isActive())) await domain.destroy()
  await domain.create()
}

async function resume(domain: Domain): Promise<void> {
  const { state } = await domain.getState()
  if (state !== 'pmsuspended') return domain.resume()
  await domain.connection.call('domainPmWakeup', { dom: domain.ref, flags: 0 })
}

async function noteOutcome(host: Host, uuid: string, action: PowerAction): Promise<void> {
  // The guest may have been quicker than the answer.
  if (action === 'shut-down' && host.inventory.machine(uuid)?.state === 'running')
    host.inventory.noteShutdownAsked(uuid)
  if (action === 'discard-saved-state') await host.inventory.reloadMachine(uuid) // no event tells of it
}
