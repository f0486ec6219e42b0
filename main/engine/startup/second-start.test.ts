import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { lockDataFolder, visitLock } from './engine-lock.ts'
import { handOver, hearWishes } from './second-start.ts'
import type { Wish } from './wish.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-wish-'))
})
afterEach(() => rm(folder, { recursive: true }))

const file: Wish = { kind: 'file', path: '/home/ada/Загрузки/a b.iso' }

it('hands a wish to the engine that holds the folder, and brings its answer back', async () => {
  const heard: Wish[] = []
  const release = await lockDataFolder(
    folder,
    hearWishes((wanted) => {
      heard.push(wanted)
      return Promise.resolve('here I am')
    }),
  )
  expect(await handOver(folder, file)).toBe('here I am')
  expect(heard).toEqual([file])
  await release()
})

it('finds nobody in a folder that nobody holds, was never used, or whose engine has ended', async () => {
  expect(await handOver(join(folder, 'never'), file)).toBeNull()
  expect(await handOver(folder, file)).toBeNull()
  await (
    await lockDataFolder(folder)
  )()
  expect(await handOver(folder, file)).toBeNull()
})

it('gives no answer to what is no wish, and goes on to hear others', async () => {
  const release = await lockDataFolder(
    folder,
    hearWishes(() => Promise.resolve('')),
  )
  for (const nonsense of ['{"kind":"run","path":"/bin/sh"}\n', 'x'.repeat(40_000), '{}\n']) {
    const visit = (await visitLock(folder)) ?? expect.fail()
    const closed = new Promise<string>((resolve) => {
      let text = ''
      visit.on('data', (part) => (text += part.toString())).once('close', () => resolve(text))
      visit.on('error', () => undefined) // it may be cut while we still write
    })
    visit.end(nonsense)
    expect(await closed).toBe('')
  }
  expect(await handOver(folder, { kind: 'window' })).toBe('')
  await release()
})
