import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeAuthority, type Authority } from '../../testing/certificates.ts'
import { freePort } from '../../testing/free-port.ts'
import { startListeningDaemon, type ListeningDaemon } from '../../testing/listening-daemon.ts'
import { openConnection, type OpenOptions } from '../open.ts'
import { parseUri } from '../uri.ts'
import { findTlsFiles } from './tls-files.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let authority: Authority
let stranger: Authority
let daemon: ListeningDaemon

beforeAll(async () => {
  authority = makeAuthority(['DNS:localhost', 'IP:127.0.0.1'])
  stranger = makeAuthority(['DNS:elsewhere.example'])
  daemon = await startListeningDaemon({ pki: authority.serverFolder })
})

afterAll(async () => {
  await daemon.stop()
  authority.remove()
  stranger.remove()
})

const uriOf = (host: string, pkipath: string, more = '') =>
  `test+tls://${host}:${daemon.tlsPort}/default?pkipath=${encodeURIComponent(pkipath)}${more}`

async function typeVia(uri: string, options: OpenOptions = {}): Promise<string> {
  const connection = await openConnection(uri, options)
  const type = await connection.getType()
  await connection.close()
  return type
}

async function failure(uri: string, options: OpenOptions = {}): Promise<unknown> {
  return openConnection(uri, { timeoutMs: 30_000, ...options }).then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  )
}

/** A folder as `pkipath` wants it, put together from several. */
function mixedFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mixed-'))
  for (const [name, path] of Object.entries(files)) copyFileSync(path, join(folder, name))
  return folder
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

describe('a connection by TLS', () => {
  it.each(['localhost', '127.0.0.1'])('reaches the daemon at %s, with certificates of both sides', async (host) => {
    expect(await typeVia(uriOf(host, authority.clientFolder))).toBe('TEST')
  })

  it('is refused when the authority has taken the server’s certificate back, and says so', async () => {
    const clientFiles = (name: string) => join(authority.clientFolder, `${name}.pem`)
    const names = ['cacert', 'clientcert', 'clientkey']
    const files: Record<string, string> = Object.fromEntries(names.map((name) => [`${name}.pem`, clientFiles(name)]))
    authority.revokeServer()
    const withList = mixedFolder({ ...files, 'cacrl.pem': clientFiles('cacrl') })
    const withoutList = mixedFolder(files)
    rmSync(clientFiles('cacrl'))
    expect(await failure(uriOf('localhost', withList))).toMatchObject({
      reason: 'certificate',
      message: expect.stringContaining('revoked') as string,
    })
    expect(await typeVia(uriOf('localhost', withoutList))).toBe('TEST')
    for (const folder of [withList, withoutList]) rmSync(folder, { recursive: true })
  })

  it('carries many calls and large answers at once, and says when the daemon goes', async () => {
    const connection = await openConnection(uriOf('localhost', authority.clientFolder))
    const answers = await Promise.all(Array.from({ length: 200 }, () => connection.getCapabilities()))
    expect(new Set(answers).size).toBe(1)
    await daemon.kill()
    expect(await connection.closed).toMatchObject({ reason: 'closed' })
    await daemon.start()
  })

  it('finds the user’s files at home, as TLS is what a URI with a host means', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'))
    mkdirSync(join(home, '.pki'))
    const search = { env: { HOME: home }, userId: 1000, root: home }
    const uri = parseUri('qemu://localhost/system')
    expect(uri.transport).toBe('tls')
    expect(() => findTlsFiles(uri, search)).toThrow(expect.objectContaining({ reason: 'certificate' }))
    mkdirSync(join(home, 'etc/pki/CA'), { recursive: true })
    writeFileSync(join(home, 'etc/pki/CA/cacert.pem'), 'of the system')
    expect(findTlsFiles(uri, search)).toMatchObject({ ca: Buffer.from('of the system'), client: null })
    mkdirSync(join(home, '.pki/libvirt'))
    for (const name of ['cacert', 'clientcert', 'clientkey'])
      writeFileSync(join(home, `.pki/libvirt/${name}.pem`), name)
    const own = {
      ca: Buffer.from('cacert'),
      crl: null,
      client: { cert: Buffer.from('clientcert'), key: Buffer.from('clientkey') },
    }
    expect(findTlsFiles(uri, search)).toEqual(own)
    expect(findTlsFiles(uri, { ...search, userId: 0 }).client).toBeNull()
    rmSync(home, { recursive: true })
  })
})

describe('a server', () => {
  it('that another authority vouches for is not trusted, unless the URI says so', async () => {
    const pkipath = mixedFolder({
      'cacert.pem': join(stranger.clientFolder, 'cacert.pem'),
      'clientcert.pem': join(authority.clientFolder, 'clientcert.pem'),
      'clientkey.pem': join(authority.clientFolder, 'clientkey.pem'),
    })
    expect(await failure(uriOf('localhost', pkipath))).toMatchObject({ name: 'ConnectionError', reason: 'certificate' })
    expect(await typeVia(uriOf('localhost', pkipath, '&no_verify=1'))).toBe('TEST')
    rmSync(pkipath, { recursive: true })
  })

  it('that has another name than the URI is not trusted', async () => {
    const other = await startListeningDaemon({ pki: stranger.serverFolder })
    const uri = `test+tls://localhost:${other.tlsPort}/default?pkipath=${stranger.clientFolder}`
    expect(await failure(uri)).toMatchObject({
      reason: 'certificate',
      detail: expect.stringContaining('elsewhere.example') as string,
    })
    await other.stop()
  })

  it.each([
    ['of another authority', () => join(stranger.clientFolder, 'client')],
    ['that is missing', () => null],
  ])('refuses a client’s certificate %s with an AuthenticationError', async (_, prefix) => {
    const path = prefix()
    const client = path === null ? {} : { 'clientcert.pem': `${path}cert.pem`, 'clientkey.pem': `${path}key.pem` }
    const pkipath = mixedFolder({ 'cacert.pem': join(authority.clientFolder, 'cacert.pem'), ...client })
    expect(await failure(uriOf('localhost', pkipath))).toMatchObject({ name: 'AuthenticationError', reason: 'denied' })
    rmSync(pkipath, { recursive: true })
  })

  it('that speaks no TLS, nothing at all, or something else inside TLS is no daemon', async () => {
    const plain = createServer((socket) => socket.end('220 mail.example\r\n'))
    const mute = createServer((socket) => socket.destroy())
    const files = { key: readFileSync(join(authority.serverFolder, 'serverkey.pem')), cert: readFileSync(join(authority.serverFolder, 'servercert.pem')) } // prettier-ignore
    const other = createTlsServer(files, (socket) => socket.end('HTTP/1.1 400'))
    const at = async (server: Server) =>
      uriOf('localhost', authority.clientFolder).replace(`:${daemon.tlsPort}/`, `:${await listening(server)}/`)
    expect(await failure(await at(plain))).toMatchObject({ reason: 'unexpected-output' })
    expect(await failure(await at(mute))).toMatchObject({ reason: 'closed' })
    expect(await failure(await at(other))).toMatchObject({ reason: 'unexpected-output' })
    for (const server of [plain, mute, other]) server.close()
  })

  it('that keeps silent is given up at the time-out or the abort', async () => {
    const silent = createServer()
    const uri = uriOf('localhost', authority.clientFolder).replace(
      `:${daemon.tlsPort}/`,
      `:${await listening(silent)}/`,
    )
    expect(await failure(uri, { timeoutMs: 200 })).toMatchObject({ reason: 'timeout' })
    silent.close()
  })

  it('that does not listen is refused, and our own broken key is told', async () => {
    const uri = uriOf('localhost', authority.clientFolder).replace(String(daemon.tlsPort), String(await freePort()))
    expect(await failure(uri)).toMatchObject({ name: 'ConnectionError', reason: 'refused' })
    const pkipath = mixedFolder({
      'cacert.pem': join(authority.clientFolder, 'cacert.pem'),
      'clientcert.pem': join(authority.clientFolder, 'clientcert.pem'),
      'clientkey.pem': join(stranger.clientFolder, 'clientkey.pem'),
    })
    expect(await failure(uriOf('localhost', pkipath))).toMatchObject({ reason: 'certificate' })
    rmSync(pkipath, { recursive: true })
  })
})

describe('a connection by TCP', () => {
  it.each(['localhost', '127.0.0.1'])('reaches a daemon of this machine at %s', async (host) => {
    expect(await typeVia(`test+tcp://${host}:${daemon.tcpPort}/default`)).toBe('TEST')
  })

  it.each(['192.0.2.1', 'host.example', '[2001:db8::1]', '[::ffff:192.0.2.1]', 'localhost.example', '128.0.0.1'])(
    'is refused to another host: %s',
    async (host) => {
      expect(await failure(`qemu+tcp://${host}/system`)).toMatchObject({ reason: 'unsupported-transport' })
    },
  )

  it('finds nobody where nobody listens', async () => {
    expect(await failure(`qemu+tcp://[::1]:${await freePort()}/system`)).toMatchObject({ name: 'ConnectionError' })
    expect(await failure(`qemu+tcp://127.0.0.1:${await freePort()}/system`)).toMatchObject({ reason: 'refused' })
  })
})
