import type { MachineStatsMessage } from '@strata/contract/monitoring.ts'
import type { DomainStats } from 'node-libvirt'

import type { SeriesRow } from './series-row.ts'

type Params = DomainStats['stats']
export type MemorySource = MachineStatsMessage['memorySource']

export interface MachineSample {
  readonly takenAtMs: number
  readonly row: SeriesRow
  readonly memorySource: MemorySource
}

interface Counters {
  readonly atMs: number
  readonly cpuTimeNs: number
  /** By device and direction, 'block.vda.rd'. */
  readonly bytes: ReadonlyMap<string, number>
}

/** Makes rates of one machine's counters: from the difference to the reading before. */
export class MachineMeter {
  #last: Counters | null = null

  /** @param monotonicMs when the statistics were taken, by a clock that is never set */
  measure(stats: Params, takenAtMs: number, monotonicMs: number, vcpuCount: number): MachineSample {
    const now = countersOf(stats, monotonicMs)
    const last = this.#last
    this.#last = now
    const { usedKiB, memorySource } = memoryOf(stats)
    // In the order of `seriesNames`.
    const row = [
      cpuShare(last, now, vcpuCount),
      usedKiB,
      rate(last, now, 'block', 'rd'),
      rate(last, now, 'block', 'wr'),
      rate(last, now, 'net', 'rx'),
      rate(last, now, 'net', 'tx'),
    ]
    return { takenAtMs, row, memorySource }
  }
}

function countersOf(stats: Params, atMs: number): Counters {
  const bytes = new Map<string, number>()
  collect(stats, bytes, 'block', ['rd', 'wr'])
  collect(stats, bytes, 'net', ['rx', 'tx'])
  return { atMs, cpuTimeNs: numberOf(stats['cpu.time']), bytes }
}

/** A disk with a chain shows as several with one name; the guest reads and writes the uppermost, which comes first. */
function collect(stats: Params, into: Map<string, number>, group: string, directions: readonly string[]): void {
  const count = numberOf(stats[`${group}.count`])
  for (let index = 0; index < count; index += 1) {
    const name = String(stats[`${group}.${index}.name`] ?? index)
    for (const direction of directions) {
      const key = `${group}.${direction}.${name}`
      const value = numberOf(stats[`${group}.${index}.${direction}.bytes`])
      if (!Number.isNaN(value) && !into.has(key)) into.set(key, value)
    }
  }
}

function cpuShare(last: Counters | null, now: Counters, vcpuCount: number): number {
  if (last === null) return Number.NaN
  const usedMs = (now.cpuTimeNs - last.cpuTimeNs) / 1e6
  const elapsedMs = now.atMs - last.atMs
  // A counter that went back belongs to another run of the machine.
  if (!(usedMs >= 0) || elapsedMs <= 0) return Number.NaN
  // QEMU's own threads count too, so it can be a little more than all.
  return Math.min(1, usedMs / elapsedMs / Math.max(1, vcpuCount))
}

/** Of the devices that were there before as well; NaN when there is none, or one was reset. */
function rate(last: Counters | null, now: Counters, group: string, direction: string): number {
  if (last === null || now.atMs <= last.atMs) return Number.NaN
  const prefix = `${group}.${direction}.`
  let [sum, devices] = [0, 0]
  for (const [key, value] of now.bytes) {
    const before = key.startsWith(prefix) ? last.bytes.get(key) : undefined
    if (before === undefined) continue
    if (value < before) return Number.NaN
    sum += value - before
    devices += 1
  }
  return devices === 0 ? Number.NaN : (sum * 1000) / (now.atMs - last.atMs)
}

/** The guest's own word when its balloon driver speaks, else what the host holds for it. */
function memoryOf(stats: Params): { usedKiB: number; memorySource: MemorySource } {
  const availableKiB = numberOf(stats['balloon.available'])
  const usableKiB = numberOf(stats['balloon.usable'])
  const unusedKiB = numberOf(stats['balloon.unused'])
  const freeKiB = Number.isNaN(usableKiB) ? unusedKiB : usableKiB
  const usedKiB = availableKiB - freeKiB
  if (usedKiB >= 0) return { usedKiB, memorySource: 'guest' }
  const residentKiB = numberOf(stats['balloon.rss'])
  return { usedKiB: residentKiB, memorySource: Number.isNaN(residentKiB) ? 'none' : 'host' }
}

function numberOf(value: Params[string] | undefined): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN
}
