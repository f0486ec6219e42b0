import type { FleetMessage, HostLoad } from '@strata/contract/monitoring.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef, watch } from 'vue'

import { api } from '../../api.ts'
import { followStream } from '../../subscription.ts'
import { useSettingsStore } from '../settings/settings-store.ts'
import { HostHistory } from './host-history.ts'
import { paintSparklines } from './sparkline-painter.ts'

/** The load of all hosts and their machines, a tick each second. */
export const useFleetStore = defineStore('fleet', () => {
  const histories = new Map<string, HostHistory>()
  const loads = shallowRef(new Map<string, HostLoad>())
  /** Counts the ticks: what draws numbers depends on this alone. */
  const tick = shallowRef(0)

  // After the document has its new colours, which a canvas does not follow by itself.
  const settings = useSettingsStore()
  watch(() => settings.isDark, paintSparklines, { flush: 'post' })

  function apply(message: FleetMessage): void {
    let history = histories.get(message.hostId)
    if (history === undefined) histories.set(message.hostId, (history = new HostHistory()))
    if (message.type === 'machines') {
      history.setMachines(message.uuids)
      return
    }
    history.add(message.columns)
    loads.value.set(message.hostId, message.load)
    triggerRef(loads)
    tick.value += 1
    paintSparklines()
  }

  const follow = (signal: AbortSignal) =>
    followStream((ended) => api.monitoring.watchFleet({}, { signal: ended }), apply, signal)

  const loadOf = (hostId: string): HostLoad | undefined => loads.value.get(hostId)
  /** NaN: not known, or the machine does not run. */
  const cpuShareOf = (ref: MachineRef): number => histories.get(ref.hostId)?.latest(ref.uuid, 'cpuShare') ?? Number.NaN
  const memoryUsedKiBOf = (ref: MachineRef): number =>
    histories.get(ref.hostId)?.latest(ref.uuid, 'memoryUsedKiB') ?? Number.NaN
  const historyOf = (hostId: string): HostHistory | undefined => histories.get(hostId)
  const loadList = computed(() => [...loads.value.values()])

  return { tick, loads, loadList, loadOf, cpuShareOf, memoryUsedKiBOf, historyOf, apply, follow }
})
