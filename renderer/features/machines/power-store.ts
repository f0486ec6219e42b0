import type { Machine, PowerAction } from '@strata/contract/machines.ts'
import { defineStore } from 'pinia'
import { shallowRef, triggerRef } from 'vue'

import { t } from '../../i18n.ts'
import { toProblem } from '../../problem.ts'
import { word } from '../../words.ts'
import { useDoctorStore } from '../doctor/doctor-store.ts'
import { keyOf, useInventoryStore } from '../hosts/inventory-store.ts'
import { useProblemsStore } from '../window/problems-store.ts'
import { canDo, losesData, runPowerAction } from './machine-power.ts'

interface FailedAct {
  readonly machine: Machine
  readonly message: string
  /** Whether a card beside the summary tells why, and what mends it. */
  readonly isExplained: boolean
}

export interface BulkSummary {
  readonly action: PowerAction
  readonly doneCount: number
  /** Selected machines in whose state the act is not possible. */
  readonly leftOut: readonly Machine[]
  readonly failed: readonly FailedAct[]
}

export interface WantedPower {
  readonly action: PowerAction
  readonly machines: readonly Machine[]
}

/** Four at a time: a daemon works on five calls of one connection, and one place stays free. */
const AT_ONCE = 4

/** The engine refuses a start for lines of the definition that are to be allowed first. */
const asksForReach = (error: unknown) => toProblem(error).field === 'allowedReaches'

/** Power acts from every place: what is being asked, what runs, what came of it. */
export const usePowerStore = defineStore('power', () => {
  const running = shallowRef(new Map<string, PowerAction>())
  /** An act that loses data waits here for the user's word; null: nothing asked. */
  const asked = shallowRef<WantedPower | null>(null)
  const summary = shallowRef<BulkSummary | null>(null)
  /** A machine that is to start, and whose definition reaches what nobody has allowed yet; null: none. */
  const reaching = shallowRef<Machine | null>(null)

  const runningFor = (machine: Machine): PowerAction | undefined => running.value.get(keyOf(machine))

  /** A machine that did not start, and is still there, is told of with what mends it. */
  const isForDoctor = (machine: Machine, action: PowerAction): boolean =>
    action === 'start' && useInventoryStore().machine(machine) !== undefined

  async function perform(machine: Machine, action: PowerAction, allowedReaches: string[] = []): Promise<void> {
    running.value.set(keyOf(machine), action)
    triggerRef(running)
    try {
      await runPowerAction(machine, action, allowedReaches)
      if (action === 'start') useDoctorStore().forget(machine)
    } catch (error) {
      if (isForDoctor(machine, action) && !asksForReach(error))
        useDoctorStore().noteFailure({ machine, problem: toProblem(error) })
      throw error
    } finally {
      running.value.delete(keyOf(machine))
      triggerRef(running)
    }
  }

  async function performOne(machine: Machine, action: PowerAction, allowedReaches: string[] = []): Promise<void> {
    try {
      await perform(machine, action, allowedReaches)
    } catch (error) {
      if (asksForReach(error)) {
        reaching.value = machine
        return
      }
      if (isForDoctor(machine, action)) return
      const title = t('machines.power.failed', { action: t(`machines.power.${action}`), name: machine.name })
      useProblemsStore().show(title, toProblem(error))
    }
  }

  async function performAll({ action, machines }: WantedPower): Promise<void> {
    const fitting = machines.filter((machine) => canDo(machine, action))
    const failed: FailedAct[] = []
    const queue = [...fitting]
    const work = async () => {
      for (let machine = queue.shift(); machine !== undefined; machine = queue.shift()) {
        try {
          await perform(machine, action)
        } catch (error) {
          const isExplained = isForDoctor(machine, action) && !asksForReach(error)
          failed.push({ machine, message: word(toProblem(error).said), isExplained })
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    const leftOut = machines.filter((machine) => !fitting.includes(machine))
    summary.value = { action, doneCount: fitting.length - failed.length, leftOut, failed }
  }

  const start = (wanted: WantedPower): Promise<void> => {
    const [only, ...others] = wanted.machines
    if (only === undefined) return Promise.resolve()
    return others.length === 0 ? performOne(only, wanted.action) : performAll(wanted)
  }

  /** Asks for an act; what loses data is confirmed first. */
  function request(machines: readonly Machine[], action: PowerAction): void {
    summary.value = null
    const wanted = { action, machines }
    if (losesData(action)) asked.value = wanted
    else void start(wanted)
  }

  function confirm(): void {
    const wanted = asked.value
    asked.value = null
    if (wanted !== null) void start(wanted)
  }

  function withdraw(): void {
    asked.value = null
  }

  /** Starts the machine that was asked about; what was ticked is remembered. */
  function startAllowing(reachIds: string[]): void {
    const machine = reaching.value
    reaching.value = null
    if (machine !== null) void performOne(machine, 'start', reachIds)
  }

  function withdrawReach(): void {
    reaching.value = null
  }

  function dismissSummary(): void {
    summary.value = null
  }

  return {
    ...{ running, asked, summary, reaching, runningFor },
    ...{ request, confirm, withdraw, startAllowing, withdrawReach, dismissSummary },
  }
})
