import { unkeyed } from '@strata/contract/words/said.ts'
import { randomBytes } from 'node:crypto'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { StrataError } from '../strata-error.ts'
import { ImageServer, type ServedFile } from '../testing/image-server.ts'
import { TestClock } from '../testing/test-clock.ts'
import { download } from './download.ts'
import { explainHttp } from './http-fault.ts'
import { PartialFile } from './partial-file.ts'

const content = randomBytes(3 * 1024 ** 2)
const cutBytes = 1024 ** 2

describe('a download', () => {
  let server: ImageServer
  let folder: string
  let partial: PartialFile
  let clock: TestClock
  beforeEach(async () => {
    server = await ImageServer.start()
    folder = await mkdtemp(join(tmpdir(), 'download-'))
    partial = new PartialFile(folder, 'tiny-1-amd64')
    clock = new TestClock()
  })
  afterEach(async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const put = (options: Partial<ServedFile> = {}) => server.put('/tiny.qcow2', content, { etag: '"1"', ...options })
  const requests = () => server.requestsOf('/tiny.qcow2')
  /** As its caller tells it. */
  async function get(
    url: string,
    onProgress: (doneBytes: number, totalBytes: number | null) => void = () => undefined,
    signal = new AbortController().signal,
  ): Promise<void> {
    try {
      await download(url, partial, { signal, around: { clock, env: {} }, onProgress })
    } catch (error) {
      throw explainHttp(error, unkeyed('The image'), url)
    }
  }
  /** Compared as bytes: element by element it would take a minute. */
  const hasArrived = async (wanted: Buffer) => wanted.equals(await readFile(partial.path))

  it('brings the file, and tells how much of how much has come', async () => {
    const told: (readonly [number, number | null])[] = []
    await get(put(), (doneBytes, totalBytes) => told.push([doneBytes, totalBytes]))
    expect(await hasArrived(content)).toBe(true)
    expect(told.at(0)).toEqual([0, content.length])
    expect(told.at(-1)).toEqual([content.length, content.length])
  })

  it('goes on where the connection broke, if the server still has the same file', async () => {
    await get(put({ faults: [{ kind: 'cut', atBytes: cutBytes }] }))
    expect(await hasArrived(content)).toBe(true)
    const [first, second] = requests()
    expect(first).toMatchObject({ range: null, ifRange: null })
    expect(second).toMatchObject({ range: expect.stringMatching(/^bytes=[1-9]\d+-$/) as string, ifRange: '"1"' })
  })

  it('goes on after many breaks, as long as each attempt brings something', async () => {
    const faults = [1, 2, 3, 4, 5, 6, 7, 8].map((part) => ({ kind: 'cut' as const, atBytes: part * 300_000 }))
    await get(put({ faults }))
    expect(await hasArrived(content)).toBe(true)
    expect(requests()).toHaveLength(9)
  })

  it('begins anew with a server that gives no parts', async () => {
    await get(put({ ranges: false, faults: [{ kind: 'cut', atBytes: cutBytes }] }))
    expect(await hasArrived(content)).toBe(true)
  })

  it('begins anew when the server has another file by now', async () => {
    const url = put({
      faults: [
        { kind: 'cut', atBytes: cutBytes },
        { kind: 'status', code: 404 },
      ],
    })
    await expect(get(url)).rejects.toMatchObject({ code: 'not-found' })
    const other = randomBytes(2 * 1024 ** 2)
    server.put('/tiny.qcow2', other, { etag: '"2"' })
    await get(url)
    expect(await hasArrived(other)).toBe(true)
    expect(requests().at(-1)).toMatchObject({ ifRange: '"1"' })
  })

  it('begins anew when nothing says that the file is still the same', async () => {
    server.put('/tiny.qcow2', content, { faults: [{ kind: 'cut', atBytes: cutBytes }] })
    await get(`${server.url}/tiny.qcow2`)
    expect(await hasArrived(content)).toBe(true)
    expect(requests()).toMatchObject([{ range: null }, { range: null }])
  })

  it('begins anew when it is given another part than it asked for', async () => {
    await get(put({ faults: [{ kind: 'cut', atBytes: cutBytes }, { kind: 'wrong-range' }] }))
    expect(await hasArrived(content)).toBe(true)
    expect(requests().at(-1)).toMatchObject({ range: null })
  })

  it('asks for no more when all had arrived, as when the engine died right then', async () => {
    const url = put()
    await get(url)
    partial = new PartialFile(folder, 'tiny-1-amd64')
    await get(url)
    expect(await hasArrived(content)).toBe(true)
    expect(requests().at(-1)).toMatchObject({ range: `bytes=${content.length}-` })
  })

  it('leaves a server that has gone silent, and goes on from there', async () => {
    let [reachedBytes, silences] = [0, 0]
    clock.passesLongWaits = () => reachedBytes === cutBytes && (silences += 1) === 1
    await get(put({ faults: [{ kind: 'stall', atBytes: cutBytes }] }), (doneBytes) => {
      reachedBytes = doneBytes
    })
    expect(await hasArrived(content)).toBe(true)
    expect(requests()).toMatchObject([{ range: null }, { range: `bytes=${cutBytes}-` }])
  })

  it('gives up when nothing comes of it, and keeps what has arrived for the next time', async () => {
    const faults = Array.from({ length: 9 }, () => ({ kind: 'cut' as const, atBytes: cutBytes }))
    const url = put({ faults })
    await expect(get(url)).rejects.toMatchObject({ code: 'connection-lost' })
    expect(await partial.sizeBytes()).toBeGreaterThan(0)
    server.put('/tiny.qcow2', content, { etag: '"1"' })
    await get(`${server.url}/tiny.qcow2`)
    expect(await hasArrived(content)).toBe(true)
  })

  it('does not take for whole what is shorter than was said', async () => {
    // More than it will ever ask: how much of a broken-off answer arrives differs, and each that brought more gives it new tries.
    const faults = Array.from({ length: 1000 }, () => ({ kind: 'length' as const, moreBytes: 10 }))
    await expect(get(put({ ranges: false, faults }))).rejects.toMatchObject({ code: 'connection-lost' })
  })

  it('waits for a server that is overloaded', async () => {
    await get(
      put({
        faults: [
          { kind: 'status', code: 503 },
          { kind: 'status', code: 429 },
        ],
      }),
    )
    expect(await hasArrived(content)).toBe(true)
  })

  it.each([
    [404, 'not-found'],
    [410, 'not-found'],
    [403, 'not-permitted'],
  ])('does not ask again where the answer is %i', async (code, told) => {
    await expect(get(put({ faults: [{ kind: 'status', code }] }))).rejects.toMatchObject({ code: told })
    expect(requests()).toHaveLength(1)
  })

  it('follows where the address leads to, but not in a circle', async () => {
    put()
    await get(server.put('/latest', '', { redirectTo: '/tiny.qcow2' }))
    expect(await hasArrived(content)).toBe(true)
    const circle = server.put('/a', '', { redirectTo: '/b' })
    server.put('/b', '', { redirectTo: '/a' })
    await expect(get(circle)).rejects.toMatchObject({ code: 'host-unreachable' })
    expect(server.seen.length).toBeLessThan(20)
  })

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://['])('does not follow to %s', async (redirectTo) => {
    await expect(get(server.put('/away', '', { redirectTo }))).rejects.toMatchObject({ code: 'host-unreachable' })
  })

  it('says that nobody is there', async () => {
    const url = put()
    await server.stop()
    await expect(get(url)).rejects.toMatchObject({ code: 'connection-lost' })
    server = await ImageServer.start()
  })

  it('ends at once when it is cancelled in the middle', async () => {
    const abort = new AbortController()
    const cancelled = new StrataError('cancelled', 'Cancelled.')
    const url = put({ faults: [{ kind: 'stall', atBytes: cutBytes }] })
    const cancel = (doneBytes: number) => doneBytes > 0 && abort.abort(cancelled)
    await expect(get(url, cancel, abort.signal)).rejects.toBe(cancelled)
  })

  it('ends at once when it is cancelled while it waits to try again', async () => {
    const abort = new AbortController()
    const cancelled = new StrataError('cancelled', 'Cancelled.')
    const endless = clock.after.bind(clock)
    clock.after = (delayMs, run) => {
      if (delayMs >= 30_000) return endless(delayMs, run)
      setImmediate(() => {
        abort.abort(cancelled)
      })
      return () => undefined
    }
    const url = put({ faults: [{ kind: 'status', code: 503 }] })
    await expect(get(url, () => undefined, abort.signal)).rejects.toBe(cancelled)
    expect(requests()).toHaveLength(1)
  })

  it('writes nothing when there is no room for what the server announces', async () => {
    const faults = [{ kind: 'length' as const, moreBytes: 2 ** 50 }]
    await expect(get(put({ faults }))).rejects.toMatchObject({ code: 'out-of-space' })
    await expect(access(partial.path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('may come from a folder of this computer', async () => {
    const path = join(folder, 'mirrored.qcow2')
    await writeFile(path, content)
    await get(pathToFileURL(path).href)
    expect(await hasArrived(content)).toBe(true)
    await expect(get(pathToFileURL(`${path}.gone`).href)).rejects.toMatchObject({ code: 'not-found' })
  })
})
