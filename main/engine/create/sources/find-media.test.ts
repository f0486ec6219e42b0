import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../../testing/test-engine.ts'
import { guestPool, makeGuest } from '../../testing/test-guest.ts'

const run = promisify(execFile)

describe('what a machine can be made from', () => {
  let test: TestEngine
  beforeAll(async () => {
    test = await startTestEngine()
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const offered = async () =>
    (await test.client.create.findMedia({ hostId })).flatMap(({ source }) =>
      source.kind === 'volume' && source.name.endsWith('.qcow2') ? [source.name] : [],
    )

  it('are images that nobody needs: not a disk, what it is built on, or what lies in the trash', async () => {
    const owned = await makeGuest(test, 'owned')
    const thrown = await makeGuest(test, 'thrown')
    const folder = dirname(owned.diskPath)
    const image = async (name: string, ...below: string[]) => {
      const words = ['create', '-q', '-f', 'qcow2', ...below, join(folder, name)]
      await run('qemu-img', below.length === 0 ? [...words, '8M'] : words)
    }
    await image('free.qcow2')
    await image('base.qcow2')
    await image('over.qcow2', '-F', 'qcow2', '-b', join(folder, 'base.qcow2'))
    await (await guestPool(test)).refresh()
    await test.ended(test.client.machines.remove({ hostId, uuid: thrown.uuid, choice: 'trash' }))
    // The one over it is nobody's, and cannot be one: it names a file of its own accord.
    expect(await offered()).toEqual(['free.qcow2'])
  })
})
