import { unkeyed } from '@strata/contract/words/said.ts'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { connect, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { deferred } from '../deferred.ts'
import { findProgram } from '../this-computer/find-program.ts'
import { TestClock } from '../testing/test-clock.ts'
import { fetchSmallFile } from './fetch-small-file.ts'

const openssl = await findProgram('openssl')
const open: (Server & { closeAllConnections?: () => void })[] = []

async function listening<S extends Server>(server: S): Promise<number> {
  open.push(server)
  const ready = deferred<void>()
  server.listen(0, '127.0.0.1', () => {
    ready.resolve()
  })
  await ready.promise
  return (server.address() as AddressInfo).port
}

/** As the engine asks, with the proxy of these surroundings. @param ca the authority that is trusted */
const get = async (url: string, env: NodeJS.ProcessEnv, ca?: string) => {
  const around = { clock: new TestClock(), env, ...(ca === undefined ? {} : { ca }) }
  return (await fetchSmallFile(url, unkeyed('The file'), new AbortController().signal, around)).toString()
}

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.()
    server.close()
  }
})

describe('a proxy', () => {
  it('is asked for whole addresses, and told who asks', async () => {
    const asked: (string | undefined)[] = []
    const proxy = http.createServer((request, response) => {
      asked.push(request.url, request.headers['proxy-authorization'], request.headers.host)
      response.end('through')
    })
    const port = await listening(proxy)
    const text = await get('http://mirror.test/file', { http_proxy: `http://ada:secret@127.0.0.1:${port}` })
    expect(text).toBe('through')
    expect(asked).toEqual([
      'http://mirror.test/file',
      `Basic ${Buffer.from('ada:secret').toString('base64')}`,
      'mirror.test',
    ])
  })

  it('that wants to know who asks is told of as such', async () => {
    const proxy = http.createServer().on('connect', (_, socket) => {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    })
    const env = { https_proxy: `http://127.0.0.1:${await listening(proxy)}` }
    await expect(get('https://mirror.test/file', env)).rejects.toMatchObject({ code: 'needs-credentials' })
  })

  it('of a kind that is not spoken here is said to be one', async () => {
    await expect(get('http://mirror.test/', { http_proxy: 'socks5://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'host-unreachable',
    })
  })
})

// The program openssl makes the certificates.
describe.runIf(openssl !== null)('a server that proves who it is', () => {
  let folder: string
  let key: string
  let cert: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'))
    const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=mirror.test', '-addext', 'subjectAltName=DNS:mirror.test,IP:127.0.0.1']
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync(openssl ?? '', [...kind, ...subject, '-keyout', keyPath, '-out', certPath], { stdio: 'ignore' })
    key = await readFile(keyPath, 'utf8')
    cert = await readFile(certPath, 'utf8')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const serve = (answer: http.RequestListener) => listening(https.createServer({ key, cert }, answer))

  it('is reached through a proxy that cannot read what passes', async () => {
    const port = await serve((_, response) => response.end('safe'))
    const wanted: (string | undefined)[] = []
    const proxy = http.createServer().on('connect', (request, client) => {
      wanted.push(request.url)
      const server = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        server.pipe(client).pipe(server)
      })
      server.on('error', () => client.destroy())
      client.on('error', () => server.destroy())
    })
    const env = { https_proxy: `http://127.0.0.1:${await listening(proxy)}` }
    expect(await get('https://mirror.test/file', env, cert)).toBe('safe')
    expect(wanted).toEqual(['mirror.test:443'])
  })

  it('is not followed to where nobody proves anything', async () => {
    const port = await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1/file' }).end())
    await expect(get(`https://127.0.0.1:${port}/file`, {}, cert)).rejects.toMatchObject({ code: 'host-unreachable' })
  })

  it('is refused when nobody vouches for it', async () => {
    const port = await serve((_, response) => response.end('hello'))
    await expect(get(`https://127.0.0.1:${port}/file`, {})).rejects.toMatchObject({ code: 'not-permitted' })
  })
})
