import { isDeepStrictEqual } from 'node:util'

import type { MachineSetup } from '@strata/contract/machine-setup.ts'
import type { Machine } from '@strata/contract/machines.ts'

import { pause, systemClock } from '../clock.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { HistoryStore } from '../history/history-store.ts'
import { forEachMachine } from '../hosts/for-each-machine.ts'
import type { Host } from '../hosts/host.ts'
import { askGuest } from './ask-guest.ts'
import { isAwaited } from '../definitions/further-setup.ts'
import { judgeSetup } from './judge-setup.ts'
import { bothDefinitions, keepSetup } from '../definitions/kept-setup.ts'
import { setupHistory } from './setup-history.ts'

type Parts = Pick<EngineParts, 'hosts' | 'closing' | 'history'>

/** How often a guest whose agent answers is asked how far it is. */
const lookEveryMs = 3_000

/**
 * Follows what is set up inside new machines until it is done, and keeps what came of it. Only machines that wait for it
 * are looked at, and only those whose agent answers are asked. Until `closing`.
 */
export function watchMachineSetups({ hosts, history, closing }: Parts): void {
  hosts.forEach((host, ended) => {
    forEachMachine(host, ended, {
      wants: (machine) => nextOf(host, machine) !== null,
      work: (uuid) => follow(history, host, uuid, ended),
      failed: 'what is set up inside a machine could not be followed',
    })
  }, closing)
}

interface Awaiting {
  readonly machine: Machine
  readonly setup: Extract<MachineSetup, { phase: 'installing' | 'starting' | 'setting-up' }>
  /** What can be done now: note that it was started, end what nobody can tell, or ask. */
  readonly next: 'note-start' | 'no-channel' | 'ask'
}

/** Null: nothing is to be done until something changes. */
function awaiting(host: Host, uuid: string): Awaiting | null {
  const machine = host.inventory.machine(uuid)
  return machine === null ? null : nextOf(host, machine)
}

function nextOf(host: Host, machine: Machine): Awaiting | null {
  const { setup } = machine
  if (machine.state !== 'running' || !isAwaited(setup)) return null
  if (setup.startedAtMs === null) return { machine, setup, next: 'note-start' }
  if (setup.phase === 'installing') return null
  const agent = host.inventory.agent(machine.uuid)
  if (agent === 'no-channel') return { machine, setup, next: 'no-channel' }
  return agent === 'talking' ? { machine, setup, next: 'ask' } : null
}

async function follow(history: HistoryStore, host: Host, uuid: string, ended: AbortSignal): Promise<void> {
  for (let found = awaiting(host, uuid); found !== null; found = awaiting(host, uuid)) {
    const { machine, setup, next } = found
    if (next === 'note-start') {
      await keep(host, machine, { ...setup, startedAtMs: machine.stateSinceMs ?? Date.now() })
      continue
    }
    const judged: MachineSetup =
      next === 'no-channel'
        ? { ...setup, phase: 'unreadable', reason: 'no-channel', tookMs: 0 }
        : judgeSetup(setup, await askGuest(host, uuid), Date.now())
    if (!isAwaited(judged)) return end(history, host, machine, judged)
    // Strata came later than the start: when it was is kept, as for a start that it saw.
    const { by, userName, startedAtMs } = judged
    if (startedAtMs !== setup.startedAtMs) await keep(host, machine, { by, userName, startedAtMs, phase: 'starting' })
    if (!isDeepStrictEqual(judged, setup) && awaiting(host, uuid) !== null) host.inventory.noteSetup(uuid, judged)
    await pause(systemClock, lookEveryMs, ended)
  }
}

/** When a start began holds for that start; an installer's many starts are one. */
async function keep(host: Host, machine: Machine, setup: MachineSetup): Promise<void> {
  const affects = setup.by === 'installer' ? bothDefinitions(machine) : (['live'] as const)
  await host.slow(async (connection) => keepSetup(await connection.domainLookupByUUID(machine.uuid), setup, affects))
  await host.inventory.reloadMachine(machine.uuid)
}

type Ended = Exclude<MachineSetup, { phase: 'installing' | 'starting' | 'setting-up' }>

/**
 * Errors stay to be read; of what went well, the next start says nothing any more. The history first: whoever looks at it
 * looks again when the definition changes.
 */
async function end(history: HistoryStore, host: Host, machine: Machine, setup: Ended): Promise<void> {
  // Somebody may have dismissed it, or ended the machine, while the guest was asked.
  if (awaiting(host, machine.uuid) === null) return
  await history.add({ hostId: host.id, uuid: machine.uuid }, setupHistory(setup, Date.now()))
  await host.slow(async (connection) => {
    const domain = await connection.domainLookupByUUID(machine.uuid)
    await keepSetup(domain, setup, ['live'])
    if (machine.persistent) await keepSetup(domain, setup.phase === 'failed' ? setup : null, ['config'])
  })
  await host.inventory.reloadMachine(machine.uuid)
}
