import type { Host, InventoryMessage, InventoryPatch } from '@strata/contract/hosts.ts'
import type { Machine } from '@strata/contract/machines.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef, type ShallowRef } from 'vue'

import { api } from '../../api.ts'
import { followStream } from '../../subscription.ts'

/** Names a machine, network or pool among all hosts: the host's id and its UUID. */
export type InventoryKey = `${string}/${string}`
export const keyOf = (ref: MachineRef): InventoryKey => `${ref.hostId}/${ref.uuid}`

const keyedBy = <T>(items: readonly T[], key: (item: T) => string) => new Map(items.map((item) => [key(item), item]))

function applyChanges<T, R>(
  picture: ShallowRef<Map<string, T>>,
  changes: { readonly changed: readonly T[]; readonly removed: readonly R[] },
  keys: { readonly of: (item: T) => string; readonly ofRef: (ref: R) => string },
): void {
  if (changes.changed.length === 0 && changes.removed.length === 0) return
  for (const item of changes.changed) picture.value.set(keys.of(item), item)
  for (const ref of changes.removed) picture.value.delete(keys.ofRef(ref))
  triggerRef(picture)
}

const byHostId = { of: (host: { id: string }) => host.id, ofRef: (ref: { hostId: string }) => ref.hostId }
const byKey = { of: keyOf, ofRef: keyOf }

/** The live picture of all hosts. Maps are changed in place and announced once a message. */
export const useInventoryStore = defineStore('inventory', () => {
  /** False until the first picture came: lists show their skeleton, not "nothing here". */
  const isLoaded = shallowRef(false)
  const hosts = shallowRef(new Map<string, Host>())
  const machines = shallowRef(new Map<string, Machine>())
  const networks = shallowRef(new Map<string, Network>())
  const pools = shallowRef(new Map<string, Pool>())

  function applyPatch(patch: InventoryPatch): void {
    applyChanges(hosts, patch.hosts, byHostId)
    applyChanges(machines, patch.machines, byKey)
    applyChanges(networks, patch.networks, byKey)
    applyChanges(pools, patch.pools, byKey)
  }

  function apply(message: InventoryMessage): void {
    if (message.type === 'patch') {
      applyPatch(message)
      return
    }
    hosts.value = keyedBy(message.hosts, byHostId.of)
    machines.value = keyedBy(message.machines, keyOf)
    networks.value = keyedBy(message.networks, keyOf)
    pools.value = keyedBy(message.pools, keyOf)
    isLoaded.value = true
  }

  const follow = (signal: AbortSignal) =>
    followStream((ended) => api.hosts.watchInventory(undefined, { signal: ended }), apply, signal)

  const host = (hostId: string): Host | undefined => hosts.value.get(hostId)
  const machine = (ref: MachineRef): Machine | undefined => machines.value.get(keyOf(ref))
  const hostList = computed(() => [...hosts.value.values()])
  const machineList = computed(() => [...machines.value.values()])
  const machinesOf = (hostId: string) => machineList.value.filter((machine) => machine.hostId === hostId)
  const poolsOf = (hostId: string) => [...pools.value.values()].filter((pool) => pool.hostId === hostId)
  const networksOf = (hostId: string) => [...networks.value.values()].filter((network) => network.hostId === hostId)

  return {
    isLoaded,
    hosts,
    machines,
    networks,
    pools,
    hostList,
    machineList,
    host,
    machine,
    machinesOf,
    poolsOf,
    networksOf,
    apply,
    follow,
  }
})
