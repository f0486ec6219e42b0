import type { ReadinessCheck } from '@strata/contract/hosts.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'

import { repairs } from '../repairs/offered.ts'
import { defaultPoolFolder } from '../storage/default-pool.ts'
import type { Host } from '../hosts/host.ts'
import { installing } from './readiness-abilities.ts'
import type { HostSystem } from '../hosts/place/host-system.ts'

/** A small system with room to update itself. */
const littleRoomBytes = 10 * 1024 ** 3

export function storageCheck(host: Host): ReadinessCheck {
  const base = { id: 'storage', title: say('readiness.roomForDisks') }
  const pools = host.inventory.pools()
  const usable = pools.filter(({ state }) => state === 'running')
  const [largest] = [...usable].sort((one, other) => other.availableBytes - one.availableBytes)
  if (largest === undefined) return { ...base, ...withoutRunningPool(host, pools) }
  const finding = say('readiness.poolFree', { largest: largest.name, available: largest.availableBytes })
  if (largest.availableBytes >= littleRoomBytes) return { ...base, level: 'good', finding, effect: null, repairs: [] }
  return {
    ...base,
    level: 'limited',
    finding,
    effect: say('readiness.anotherMachineMayFill'),
    repairs: [],
  }
}

function withoutRunningPool(host: Host, pools: readonly Pool[]): Omit<ReadinessCheck, 'id' | 'title'> {
  const [standing] = pools
  if (standing !== undefined) {
    return {
      level: 'limited',
      finding: say('readiness.poolNotStarted', { standing: standing.name }),
      effect: say('readiness.newMachinesNowherePut'),
      repairs: [repairs.startPool(host.id, standing)],
    }
  }
  const folder = host.address.driver === 'test' ? null : defaultPoolFolder(host)
  return {
    level: 'limited',
    finding: say('readiness.thereNoStoragePool'),
    effect: say('readiness.newMachinesNowherePut'),
    repairs: folder === null ? [] : [repairs.makeDefaultPool(host.id, folder)],
  }
}

type NetworkedHost = Pick<Host, 'id' | 'address'> & { readonly inventory: Pick<Host['inventory'], 'networks'> }

export function networkCheck(host: NetworkedHost, system: HostSystem | null): ReadinessCheck {
  const base = { id: 'network', title: say('readiness.network') }
  const networks = host.inventory.networks()
  const active = networks.find((network) => network.active && reachesOut(network))
  if (active !== undefined)
    return {
      ...base,
      level: 'good',
      finding: say('readiness.networkUp', { active: active.name }),
      effect: null,
      repairs: [],
    }
  if (host.address.driver === 'qemu' && host.address.scope === 'session') {
    const finding = say('readiness.machinesReachOutQemus')
    return {
      ...base,
      level: 'limited',
      finding,
      effect: say('readiness.nobodyReachesComputerIncluded'),
      repairs: [],
    }
  }
  const standing = networks.find(reachesOut)
  if (standing === undefined) {
    return {
      ...base,
      level: 'limited',
      finding: say('readiness.noNetworkHostReaches'),
      effect: say('readiness.machinesReachOutQemusUser'),
      // Without dnsmasq the network would not start.
      repairs: [
        ...dnsmasq(host, system),
        ...(host.address.scope === 'system' ? [repairs.makeDefaultNetwork(host.id)] : []),
      ],
    }
  }
  return {
    ...base,
    level: 'limited',
    finding: say('readiness.networkNotStarted', { standing: standing.name }),
    effect: say('readiness.machinesPluggedIntoCannot'),
    repairs: [...dnsmasq(host, system), repairs.startNetwork(host.id, standing)],
  }
}

function reachesOut({ forward }: Network): boolean {
  return forward !== 'isolated' && forward !== 'hostdev'
}

/** A NAT network gives its addresses out by dnsmasq, which is not installed with libvirt everywhere. */
function dnsmasq(host: Pick<Host, 'id'>, system: HostSystem | null): Repair[] {
  return system?.hasDnsmasq === false ? installing(host, system, ['dnsmasq-base']) : []
}
