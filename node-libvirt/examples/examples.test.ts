import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { openConnection, type Connection, type Domain } from '../src/index.ts'
import { writeFleet } from '../testing/fleet-file.ts'
import { startDaemon, type RealDaemon } from '../testing/real-daemon.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const FLEET = [
  { name: 'web', state: 'running' },
  { name: 'lab', state: 'shutoff' },
] as const

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
    stdio: 'pipe',
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

it('is the same in plain JavaScript, where a connection is closed by hand', async () => {
  const example = run('plain-javascript.mjs', daemon.uri('test:///default'))
  const lines = createInterface(example.stdout)[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('test: running')
  expect((await lines.next()).value).toBe('There is no such machine.')
  expect(await once(example, 'close')).toEqual([0, null])
})

/** What a run of it leaves behind. */
async function outcome(name: string, ...args: string[]) {
  const example = run(name, ...args)
  const read = async (stream: Readable) => Buffer.concat((await stream.toArray()) as Buffer[]).toString()
  const [out, err, [status]] = await Promise.all([
    read(example.stdout),
    read(example.stderr),
    once(example, 'close') as Promise<[number]>,
  ])
  return { status, out, err }
}

/** A guest without a system, running in QEMU. */
async function startBlank(connection: Connection): Promise<Domain> {
  return connection.domainCreateXML(`<domain type='qemu'><name>blank</name><memory unit='MiB'>32</memory>
    <os><type arch='x86_64' machine='pc'>hvm</type></os>
    <devices><serial type='pty'/><console type='pty'/><video><model type='vga'/></video></devices></domain>`)
}

it('changes a machine’s memory through its description', async () => {
  const uri = daemon.uri('qemu:///session')
  await using connection = await openConnection(uri)
  const domain = await connection.domainDefineXML(
    `<domain type='qemu'><name>small</name><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>`,
  )
  expect(await outcome('change-memory.ts', uri, 'small', '96')).toMatchObject({
    status: 0,
    out: 'small: 96 MiB from its next start on\n',
  })
  expect(await domain.getMaxMemory()).toBe(96 * 1_024)
})

it('shows the load of the machines that run', async () => {
  const { status, out } = await outcome('show-load.ts', writeFleet(daemon, 'load.xml', FLEET), '2')
  expect(status).toBe(0)
  expect(out.match(/^web: [\d.]+ % of a CPU$/gm)).toHaveLength(2)
  expect(out).not.toContain('lab')
})

it('pictures a screen, sits at a console and says what fails, like virsh', async () => {
  const uri = daemon.uri('qemu:///session')
  await using connection = await openConnection(uri)
  const domain = await startBlank(connection)
  onTestFinished(() => domain.destroy().catch(() => undefined))
  const file = join(daemon.baseFolder, 'screen.png')
  expect(await outcome('take-screenshot.ts', uri, 'blank', file)).toMatchObject({ status: 0 })
  expect(readFileSync(file).length).toBeGreaterThan(100)
  expect((await outcome('virsh-like.ts', '-c', uri, 'list')).out).toMatch(/blank +running/)
  expect(await outcome('virsh-like.ts', '-c', uri, 'screenshot', 'blank', file)).toMatchObject({ status: 0 })
  expect(await outcome('virsh-like.ts', '-c', uri, 'screenshot', 'nobody', file)).toMatchObject({
    status: 1,
    err: expect.stringContaining('(no-domain)') as unknown,
  })

  const sitting = run('virsh-like.ts', '-c', uri, 'console', 'blank')
  const left = once(sitting, 'close')
  await once(sitting.stderr, 'data')
  await expect(domain.openConsole(null, ['safe']).opened).rejects.toMatchObject({ code: 'operation-failed' })
  sitting.stdin.write('\x1d')
  expect(await left).toEqual([0, null])
})

it('fills a volume, like virsh', async () => {
  const uri = daemon.uri('qemu:///session')
  await using connection = await openConnection(uri)
  const path = join(daemon.dataFolder, 'filled')
  const pool = await connection.storagePoolCreateXML(
    `<pool type='dir'><name>filled</name><target><path>${path}</path></target></pool>`,
    ['with-build'],
  )
  await pool.storageVolCreateXML(`<volume><name>v</name><capacity>8</capacity></volume>`)
  const file = join(daemon.baseFolder, 'eight')
  writeFileSync(file, '12345678')
  expect(await outcome('virsh-like.ts', '-c', uri, 'upload', 'filled/v', file)).toMatchObject({
    status: 0,
    out: `${path}/v\n`,
  })
  expect(readFileSync(join(path, 'v'), 'utf8')).toBe('12345678')
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
