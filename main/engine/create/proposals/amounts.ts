import type { OsResources } from '@strata/contract/catalogue.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { fittingMemoryKiB } from '../form/fitting-memory.ts'
import { systemName, type ProposalGround, type Proposed } from './proposal.ts'

const gibBytes = 1024 ** 3
const gibKiB = 1024 ** 2
const usual = { vcpuCount: 2, memoryKiB: 2 * gibKiB, diskBytes: 20 * gibBytes }
/** A desktop's programs want this even where the system's makers are modest. */
const desktop = { vcpuCount: 2, memoryKiB: 4 * gibKiB, diskBytes: 25 * gibBytes }

/** What the system's makers say for this architecture. */
export function resourcesFor({ os, room }: Pick<ProposalGround, 'os' | 'room'>): OsResources | null {
  const all = os?.resources ?? []
  return (
    all.find(({ architecture }) => architecture === room.abilities.architecture) ??
    all.find(({ architecture }) => architecture === 'all') ??
    null
  )
}

export function proposeVcpus(ground: ProposalGround): Proposed<number> {
  const { room, wishes, facts } = ground
  const most = Math.min(room.cpuCount, room.abilities.of(undefined).maxVcpus ?? room.cpuCount)
  const told = resourcesFor(ground)
  const least = told?.minimum.vcpuCount ?? 1
  const { value: wanted, reason } = wantedAmount(ground, {
    brought: facts.brought?.vcpuCount ?? null,
    wished: wishes.vcpuCount,
    suggested: told?.recommended.vcpuCount ?? null,
    least,
    usual: usual.vcpuCount,
    desktop: desktop.vcpuCount,
    shown: (count) => say('create.processorCount', { count }),
  })
  return wanted <= most
    ? { value: wanted, reason }
    : { value: most, reason: say('create.hostNoMoreThreads', { most, wanted }) }
}

export function proposeMemory(ground: ProposalGround): Proposed<number> {
  const { room, wishes, facts } = ground
  const told = resourcesFor(ground)
  const free = say('create.freeNow', { available: room.availableMemoryKiB * 1024 })
  const wantedFrom = wantedAmount(ground, {
    brought: facts.brought?.memoryKiB ?? null,
    wished: wishes.memoryKiB,
    suggested: told?.recommended.memoryKiB ?? null,
    least: told?.minimum.memoryKiB ?? null,
    usual: usual.memoryKiB,
    desktop: desktop.memoryKiB,
    shown: (kib) => say('engine.bytes', { amount: kib * 1024 }),
  })
  const wanted = wantedFrom.value
  const isFixed = facts.brought !== null || wishes.sizes === 'fixed'
  if (wanted <= (isFixed ? room.memoryKiB : room.availableMemoryKiB * 0.75))
    return { value: wanted, reason: say('engine.sentences', { all: [wantedFrom.reason, free] }) }
  const fitting = fittingMemoryKiB(Math.floor(room.availableMemoryKiB / 2), wanted)
  const value = Math.min(Math.max(fitting, told?.minimum.memoryKiB ?? 0), room.memoryKiB)
  return {
    value,
    reason: say('create.betterButOnly', { wanted: wanted * 1024, available: room.availableMemoryKiB * 1024 }),
  }
}

/** @param pool where it would lie; null: none yet */
export function proposeDisk(ground: ProposalGround, pool: Pool | null): Proposed<number | null> {
  const { facts, wishes } = ground
  if (facts.disk === 'own') return { value: null, reason: say('create.disksCome') }
  const told = resourcesFor(ground)
  const wanted = wantedAmount(ground, {
    brought: facts.capacityBytes !== null && facts.brought !== null ? facts.capacityBytes : null,
    wished: wishes.diskBytes,
    suggested: told?.recommended.diskBytes ?? null,
    least: told?.minimum.diskBytes ?? null,
    usual: usual.diskBytes,
    desktop: desktop.diskBytes,
    shown: (amount) => say('engine.bytes', { amount }),
  })
  const least = Math.max(facts.capacityBytes ?? 0, told?.minimum.diskBytes ?? 0)
  const growing = say('create.growsOnlyFilled')
  // What sets itself up grows its file system with the disk; others would not notice.
  const keepsSize = facts.setup === null || facts.capacityBytes === null || facts.capacityBytes >= wanted.value
  if (facts.capacityBytes !== null && keepsSize)
    return { value: facts.capacityBytes, reason: say('engine.sentences', { all: [say('create.largeImage'), growing] }) }
  if (pool === null || wanted.value <= pool.availableBytes)
    return { value: wanted.value, reason: say('engine.sentences', { all: [wanted.reason, growing] }) }
  const fitting = Math.max(1, Math.floor((pool.availableBytes * 0.9) / gibBytes)) * gibBytes
  return {
    value: Math.max(fitting, least),
    reason: say('create.onlyFreeBetter', { available: pool.availableBytes, pool: pool.name, value: wanted.value }),
  }
}

interface Wishes {
  readonly brought: number | null
  readonly wished: number | null
  readonly suggested: number | null
  readonly least: number | null
  readonly usual: number
  readonly desktop: number
  readonly shown: (amount: number) => Said
}

/** The first that says something: the source, the use, the system's makers; never below what the system needs. */
function wantedAmount(ground: ProposalGround, amounts: Wishes): Proposed<number> {
  const { wishes, facts } = ground
  const { brought, wished, suggested, usual, shown } = amounts
  const least = amounts.least ?? 0
  const name = systemName(ground)
  if (brought !== null)
    return {
      value: brought,
      reason: facts.brought === null ? say('create.asInTheSource') : say('create.asIn', { from: facts.brought.from }),
    }
  if (wished !== null) {
    if (wishes.sizes === 'fixed') return { value: wished, reason: say('create.partUse', { wishes: wishes.label }) }
    return wished >= least
      ? { value: wished, reason: say('create.enoughForUse', { wishes: wishes.label }) }
      : { value: least, reason: say('create.needs', { name, least: shown(least) }) }
  }
  const floor = Math.max(least, wishes.hasDesktop ? amounts.desktop : 0)
  if (suggested !== null)
    return suggested >= floor
      ? { value: suggested, reason: say('create.suggests', { name, suggested: shown(suggested) }) }
      : {
          value: floor,
          reason: floor === least ? say('create.needs', { name, least: shown(least) }) : say('create.enoughForDesktop'),
        }
  const value = Math.max(usual, floor)
  if (value === least && least > usual) return { value, reason: say('create.needs', { name, least: shown(least) }) }
  return { value, reason: wishes.hasDesktop ? say('create.enoughForDesktop') : say('create.enoughForMostSystems') }
}
