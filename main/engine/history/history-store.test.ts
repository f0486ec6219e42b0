import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { HistoryStore } from './history-store.ts'

const machine = { hostId: 'qemu+ssh://a/b', uuid: '0b8e4a44-2f5c-4a5c-9f0e-1d6c7f5f9a11' }
const entry = (title: string) => ({ atMs: 1, kind: 'created', title, notes: ['a\nb'], commands: [`echo '${title}'`] })

describe('the history of a machine', () => {
  let folder: string
  let history: HistoryStore
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'history-'))
    history = new HistoryStore(folder, pino({ level: 'silent' }))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is empty where nothing was done', async () => {
    expect(await history.list(machine)).toEqual([])
  })

  it('tells the newest first, and keeps each machine’s own', async () => {
    await history.add(machine, entry('one'))
    await history.add(machine, entry('two'))
    await history.add({ ...machine, hostId: 'other' }, entry('elsewhere'))
    expect((await history.list(machine)).map(({ title }) => title)).toEqual(['two', 'one'])
  })

  it('passes over a line that was cut when the engine died', async () => {
    await history.add(machine, entry('whole'))
    const [host] = await readdir(join(folder, 'history'))
    await appendFile(join(folder, 'history', host ?? '', `${machine.uuid}.jsonl`), '{"atMs":2,"kind":"cre')
    expect((await history.list(machine)).map(({ title }) => title)).toEqual(['whole'])
  })

  it('goes with its machine', async () => {
    await history.add(machine, entry('one'))
    await history.remove(machine)
    expect(await history.list(machine)).toEqual([])
  })

  it('never fails the act that it tells of', async () => {
    await writeFile(join(folder, 'history'), 'a file where the folder should be')
    await expect(history.add(machine, entry('lost'))).resolves.toBeUndefined()
  })
})
