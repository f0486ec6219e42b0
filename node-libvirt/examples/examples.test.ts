import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { startDaemon, type RealDaemon } from '../testing/real-daemon.ts'
import { openConnection } from '../src/index.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let daemon: RealDaemon

beforeAll(async () => {
  daemon = await startDaemon()
})
afterAll(() => daemon.stop())

/** Runs an example as a reader would, in a process of its own. */
function run(name: string, ...args: string[]) {
  const script = fileURLToPath(new URL(name, import.meta.url))
  const tsx = fileURLToPath(import.meta.resolve('tsx'))
  return spawn(process.execPath, ['--conditions=source', '--import', tsx, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

it('lists the machines, prints what changes, and ends when it is interrupted', async () => {
  const uri = daemon.uri('test:///default')
  const example = run('list-machines.ts', uri)
  onTestFinished(() => void example.kill())
  const lines = createInterface(example.stdout)[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('test: running')
  await using connection = await openConnection(uri)
  await (await connection.domainLookupByName('test')).suspend()
  expect((await lines.next()).value).toBe('test: suspended')
  const closed = once(example, 'close')
  example.kill('SIGINT')
  expect(await closed).toEqual([0, null])
})

it('uploads an image into a pool', async () => {
  const uri = daemon.uri('qemu:///session')
  await using connection = await openConnection(uri)
  const path = join(daemon.dataFolder, 'pool')
  const pool = await connection.storagePoolDefineXML(
    `<pool type='dir'><name>images</name><target><path>${path}</path></target></pool>`,
  )
  await pool.build()
  await pool.create()
  const file = join(daemon.baseFolder, 'image.raw')
  writeFileSync(file, 'not much of an image')
  const [status] = (await once(run('upload-image.ts', uri, 'images', file), 'close')) as [number]
  expect(status).toBe(0)
  expect(readFileSync(join(path, 'image.raw'), 'utf8')).toBe('not much of an image')
})
