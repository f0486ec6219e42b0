import { seriesNames, type SeriesName } from '@strata/contract/monitoring.ts'
import { describe, expect, it } from 'vitest'

import { MachineMeter } from './machine-meter.ts'

const of = (row: readonly number[], name: SeriesName) => row[seriesNames.indexOf(name)]
const second = (meter: MachineMeter, stats: Parameters<MachineMeter['measure']>[0], atMs: number, vcpuCount = 2) =>
  meter.measure(stats, 0, atMs, vcpuCount)

describe('a machine’s meter', () => {
  it('knows no rate before there are two readings', () => {
    const { row } = second(new MachineMeter(), { 'cpu.time': 5e9, 'block.count': 0, 'balloon.rss': 100 }, 0)
    expect(of(row, 'cpuShare')).toBeNaN()
    expect(of(row, 'memoryUsedKiB')).toBe(100)
  })

  it('makes rates of the difference, over all vCPUs and devices', () => {
    const meter = new MachineMeter()
    const stats = (cpu: number, bytes: number) => ({
      'cpu.time': cpu,
      'block.count': 2,
      'block.0.name': 'vda',
      'block.0.rd.bytes': bytes,
      'block.0.wr.bytes': 0,
      'block.1.name': 'vdb',
      'block.1.rd.bytes': bytes * 2,
      'block.1.wr.bytes': 0,
      'net.count': 1,
      'net.0.name': 'vnet0',
      'net.0.rx.bytes': bytes,
      'net.0.tx.bytes': bytes,
    })
    second(meter, stats(1e9, 1_000), 0)
    const { row } = second(meter, stats(2e9, 3_000), 2_000)
    expect(of(row, 'cpuShare')).toBeCloseTo(0.25) // one second of two vCPUs in two seconds
    expect(of(row, 'diskReadBytesPerS')).toBe(3_000)
    expect(of(row, 'diskWriteBytesPerS')).toBe(0)
    expect(of(row, 'networkInBytesPerS')).toBe(1_000)
  })

  it('shows a gap where a counter began anew, never a negative or a huge rate', () => {
    const meter = new MachineMeter()
    const stats = (value: number) => ({
      'cpu.time': value,
      'net.count': 1,
      'net.0.name': 'n',
      'net.0.rx.bytes': value,
      'net.0.tx.bytes': value,
    })
    second(meter, stats(9e9), 0)
    const restarted = second(meter, stats(1e6), 1_000).row
    expect(of(restarted, 'cpuShare')).toBeNaN()
    expect(of(restarted, 'networkInBytesPerS')).toBeNaN()
    expect(of(second(meter, stats(2e6), 2_000).row, 'networkInBytesPerS')).toBe(1e6)
  })

  it('leaves out a device that was just plugged in', () => {
    const meter = new MachineMeter()
    second(meter, { 'net.count': 1, 'net.0.name': 'a', 'net.0.rx.bytes': 0, 'net.0.tx.bytes': 0 }, 0)
    const grown = {
      'net.count': 2,
      'net.0.name': 'b',
      'net.0.rx.bytes': 9e9,
      'net.0.tx.bytes': 0,
      'net.1.name': 'a',
      'net.1.rx.bytes': 500,
      'net.1.tx.bytes': 0,
    }
    expect(of(second(meter, grown, 1_000).row, 'networkInBytesPerS')).toBe(500)
  })

  it('counts a disk with a chain once', () => {
    const meter = new MachineMeter()
    const stats = (bytes: number) => ({
      'block.count': 2,
      'block.0.name': 'vda',
      'block.0.rd.bytes': bytes,
      'block.0.wr.bytes': 0,
      'block.1.name': 'vda',
      'block.1.rd.bytes': 0,
      'block.1.wr.bytes': 0,
    })
    second(meter, stats(0), 0)
    expect(of(second(meter, stats(1_000), 1_000).row, 'diskReadBytesPerS')).toBe(1_000)
  })

  it('is never busier than all its vCPUs', () => {
    const meter = new MachineMeter()
    second(meter, { 'cpu.time': 0 }, 0, 1)
    expect(of(second(meter, { 'cpu.time': 1.2e9 }, 1_000, 1).row, 'cpuShare')).toBe(1)
  })

  it.each([
    [{ 'balloon.available': 1_000, 'balloon.usable': 700, 'balloon.unused': 100, 'balloon.rss': 9 }, 300, 'guest'],
    [{ 'balloon.available': 1_000, 'balloon.unused': 100, 'balloon.rss': 9 }, 900, 'guest'],
    [{ 'balloon.current': 1_000, 'balloon.rss': 9 }, 9, 'host'],
    [{ 'balloon.current': 1_000 }, Number.NaN, 'none'],
  ])('takes memory from %o as %s, by the %s', (stats, usedKiB, source) => {
    const { row, memorySource } = second(new MachineMeter(), stats, 0)
    expect(of(row, 'memoryUsedKiB')).toBe(usedKiB)
    expect(memorySource).toBe(source)
  })

  it('takes counters beyond 2^53', () => {
    const meter = new MachineMeter()
    second(meter, { 'cpu.time': 2n ** 60n }, 0)
    expect(of(second(meter, { 'cpu.time': 2n ** 60n + 1_000_000_000n }, 1_000).row, 'cpuShare')).toBeCloseTo(0.5)
  })
})
