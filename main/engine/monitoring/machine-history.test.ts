import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { MachineHistory } from './machine-history.ts'
import { emptyRow } from './series-row.ts'

const hourMs = 3_600_000
const startMs = 500_000 * hourMs

describe('a machine’s history', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'history-'))
    path = join(folder, 'h', 'm.history')
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** A sample every so often; the value is the number of seconds since the start. */
  const fill = (history: MachineHistory, fromMs: number, toMs: number, everyMs: number) => {
    for (let atMs = fromMs; atMs < toMs; atMs += everyMs) {
      history.add({ takenAtMs: startMs + atMs, row: emptyRow.map(() => atMs / 1_000), memorySource: 'host' })
    }
  }

  it('has each span in its own steps, the newest included', async () => {
    const history = new MachineHistory(path)
    fill(history, 0, 3 * hourMs, 5_000)
    const nowMs = startMs + 3 * hourMs
    const short = await history.read('10-minutes', nowMs)
    expect(short.rows.length).toBe(119) // the second that has just begun has no sample yet
    expect(short.rows.at(-1)?.[0]).toBe(3 * 3_600 - 5)
    const tens = await history.read('2-hours', nowMs)
    expect(tens.rows.length).toBe(719) // nor have the ten
    expect(tens.rows[0]?.[0]).toBe((tens.timesMs[0] ?? 0) / 1_000 - startMs / 1_000 + 2.5)
    const minutes = await history.read('48-hours', nowMs)
    expect(minutes.rows.length).toBe(180)
    expect(minutes.rows[1]?.[0]).toBe(60 + 27.5)
    expect((await history.read('90-days', nowMs)).rows.map((row) => row[0])).toEqual(
      [0, 1, 2].map((hour) => hour * 3_600 + 1_797.5),
    )
  })

  it('has its long spans after a new start, without a seam', async () => {
    const first = new MachineHistory(path)
    fill(first, 0, 90_000, 5_000)
    await first.save({ current: true })
    const second = new MachineHistory(path)
    fill(second, 180_000, 250_000, 5_000)
    const before = await second.read('48-hours', startMs + 250_000)
    await second.save({ current: false })
    const after = await second.read('48-hours', startMs + 250_000)
    expect([...before.timesMs]).toEqual([0, 1, 3, 4].map((minute) => startMs + minute * 60_000))
    expect(after).toEqual(before)
    expect(after.rows[0]?.[0]).toBe(27.5)
  })

  it('forgets what is older than the span, though its place on the disk is not used again yet', async () => {
    const history = new MachineHistory(path)
    fill(history, 0, 600_000, 5_000)
    await history.save({ current: true })
    const later = new MachineHistory(path)
    expect((await later.read('48-hours', startMs + 47 * hourMs)).rows.length).toBe(10)
    expect((await later.read('48-hours', startMs + 49 * hourMs)).rows).toEqual([])
    expect((await later.read('90-days', startMs + 49 * hourMs)).rows.length).toBe(1)
  })

  it('writes over the oldest when a ring is full', async () => {
    const history = new MachineHistory(path)
    fill(history, 0, 50 * hourMs, 30_000)
    await history.save({ current: true })
    const read = await new MachineHistory(path).read('48-hours', startMs + 50 * hourMs - 1)
    expect(read.rows.length).toBe(2_880)
    expect(read.timesMs[0]).toBe(startMs + 2 * hourMs)
    expect([...read.timesMs]).toEqual([...read.timesMs].sort((one, other) => one - other))
  })

  it('takes no room for time that nobody watched', async () => {
    const history = new MachineHistory(path)
    fill(history, 0, 120_000, 5_000)
    await history.save({ current: true })
    expect((await stat(path)).blocks * 512).toBeLessThan(64 * 1024)
  })

  it('begins anew over a file that is none of its own', async () => {
    const history = new MachineHistory(join(folder, 'm.history'))
    await writeFile(join(folder, 'm.history'), 'something else '.repeat(10_000))
    expect((await history.read('48-hours', startMs)).rows).toEqual([])
    fill(history, 0, 70_000, 5_000)
    await history.save({ current: true })
    expect((await new MachineHistory(join(folder, 'm.history')).read('48-hours', startMs + 70_000)).rows.length).toBe(2)
  })
})
