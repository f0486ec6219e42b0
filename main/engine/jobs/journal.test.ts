import { unkeyed } from '@strata/contract/words/said.ts'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { Journal, readLeftJournals, replayJournal } from './journal.ts'
import type { UndoStep } from './undo.ts'

const about = {
  jobId: 'j1',
  kind: 'create-machine',
  title: unkeyed('Create “wéb”'),
  hostId: 'h',
  machineUuid: null,
  startedAtMs: 1,
}
const volume: UndoStep = { kind: 'delete-volume', hostId: 'h', poolUuid: 'p', name: 'web.qcow2' }
const steps: UndoStep[] = [
  volume,
  { kind: 'undefine-machine', hostId: 'h', uuid: 'm' },
  { kind: 'delete-file', path: '/tmp/ünder\nline' },
]

describe('a journal', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const written = async () => readFile(join(folder, 'j1.jsonl'), 'utf8')

  it('gives back what was promised and not undone', async () => {
    const journal = await Journal.create(folder, about)
    for (const step of steps) await journal.append({ type: 'will-undo', step })
    await journal.append({ type: 'undone', index: 2 })
    await journal.close()
    const reopened = await Journal.reopen(folder, 'j1')
    await reopened.append({ type: 'undone', index: 0 })
    await reopened.close()
    expect(await readLeftJournals(folder)).toEqual([
      { header: { type: 'job', ...about }, steps: [{ index: 1, mark: null, step: steps[1] }] },
    ])
  })

  it('asks for nothing once the outcome is kept, and is swept away', async () => {
    const journal = await Journal.create(folder, about)
    await journal.append({ type: 'will-undo', step: volume })
    await journal.append({ type: 'keep' })
    await journal.close()
    expect(await readLeftJournals(folder)).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  // The engine can die in the middle of any write: what was whole by then must be undone, and nothing else.
  it('is understood as far as it goes wherever it is cut', async () => {
    const journal = await Journal.create(folder, about)
    for (const step of steps) await journal.append({ type: 'will-undo', step })
    await journal.close()
    const bytes = Buffer.from(await written())
    const lines = (length: number) => bytes.subarray(0, length).filter((byte) => byte === 10).length
    for (let length = 0; length <= bytes.length; length += 1) {
      const left = replayJournal(bytes.subarray(0, length).toString('utf8'))
      expect(left?.steps.map(({ step }) => step) ?? []).toEqual(steps.slice(0, Math.max(0, lines(length) - 1)))
    }
  })

  it('never fails on what is none', () => {
    fc.assert(fc.property(fc.string(), (text) => replayJournal(text) === null))
    fc.assert(fc.property(fc.json(), (text) => replayJournal(`${text}\n${text}\n`) === null))
  })

  it('is not there before the first promise', async () => {
    expect(await readLeftJournals(join(folder, 'nowhere'))).toEqual([])
    await writeFile(join(folder, 'notes.txt'), 'not ours')
    expect(await readLeftJournals(folder)).toEqual([])
    expect(await readdir(folder)).toEqual(['notes.txt'])
  })
})
