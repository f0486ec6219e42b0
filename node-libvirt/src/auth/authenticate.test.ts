import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeAuthority, type Authority } from '../../testing/certificates.ts'
import { SASL_USER, startListeningDaemon, type ListeningDaemon } from '../../testing/listening-daemon.ts'
import { openConnection, type OpenOptions } from '../open.ts'
import type { AskCredentials } from './credentials.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const right = [SASL_USER.username, SASL_USER.password]
const answering = (answers: readonly string[] | null) => vi.fn<AskCredentials>(() => Promise.resolve(answers))

let authority: Authority
let daemon: ListeningDaemon

beforeAll(async () => {
  authority = makeAuthority(['DNS:localhost'])
  const auth = { tls: 'sasl', unix: 'sasl' } as const
  daemon = await startListeningDaemon({
    auth,
    mechanisms: 'scram-sha-256 scram-sha-1 plain',
    pki: authority.serverFolder,
  })
})

afterAll(async () => {
  await daemon.stop()
  authority.remove()
})

async function typeVia(uri: string, options: OpenOptions): Promise<string> {
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

const overUnix = (more = '') => daemon.uri('test:///default') + more
const overTls = (more = '') =>
  `test+tls://jo@localhost:${daemon.tlsPort}/default?pkipath=${authority.clientFolder}${more}`

describe('SASL', () => {
  it.each([
    ['unix', overUnix],
    ['TLS', overTls],
  ])('lets in who knows the password, over %s, by the best mechanism', async (_, uri) => {
    const credentials = answering(right)
    expect(await typeVia(uri(), { credentials })).toBe('TEST')
    expect(credentials).toHaveBeenCalledOnce()
    expect(credentials.mock.calls[0]?.[0]).toMatchObject({ by: 'sasl', mechanism: 'SCRAM-SHA-256' })
  })

  it.each(['scram-sha-256', 'scram-sha-1', 'plain'])('uses %s when the URI insists on it', async (mechanism) => {
    const credentials = answering(right)
    expect(await typeVia(overTls(`&auth=sasl.${mechanism}`), { credentials })).toBe('TEST')
    expect(credentials.mock.calls[0]?.[0].mechanism).toBe(mechanism.toUpperCase())
  })

  it('suggests the URI’s user', async () => {
    const credentials = answering(right)
    await typeVia(overTls(), { credentials })
    expect(credentials.mock.calls[0]?.[0].questions).toEqual([
      { kind: 'username', prompt: 'User name', suggestion: 'jo' },
      { kind: 'password', prompt: 'Password', suggestion: null },
    ])
  })

  it.each(['scram-sha-256', 'scram-sha-1', 'plain'])(
    'denies a wrong password and a wrong name by %s',
    async (mechanism) => {
      const uri = overUnix(`&auth=sasl.${mechanism}`)
      for (const answers of [
        [SASL_USER.username, 'guess'],
        ['nobody', SASL_USER.password],
      ]) {
        expect(await failure(uri, { credentials: answering(answers) })).toMatchObject({
          name: 'AuthenticationError',
          reason: 'denied',
        })
      }
    },
  )

  it('needs somebody to ask, takes no for an answer, and passes on a failure to ask', async () => {
    expect(await failure(overUnix())).toMatchObject({ name: 'AuthenticationError', reason: 'credentials-needed' })
    expect(await failure(overUnix(), { credentials: answering(null) })).toMatchObject({ reason: 'cancelled' })
    const broken = new Error('the dialog broke')
    expect(await failure(overUnix(), { credentials: () => Promise.reject(broken) })).toBe(broken)
  })

  it('refuses what the daemon does not offer', async () => {
    const credentials = answering(right)
    expect(await failure(overUnix('&auth=sasl.digest-md5'), { credentials })).toMatchObject({ reason: 'unsupported' })
    expect(await failure(overUnix('&auth=polkit'), { credentials })).toMatchObject({ reason: 'unsupported' })
    expect(await failure(overUnix('&auth=smile'), { credentials })).toBeInstanceOf(TypeError)
    expect(credentials).not.toHaveBeenCalled()
  })
})

describe('a daemon with mechanisms that we do not know', () => {
  it('is named as such', async () => {
    const auth = { unix: 'sasl' } as const
    const other = await startListeningDaemon({ auth, mechanisms: 'cram-md5', pki: authority.serverFolder })
    const credentials = answering(right)
    expect(await failure(other.uri('test:///default'), { credentials })).toMatchObject({
      name: 'AuthenticationError',
      reason: 'unsupported',
      message: expect.stringContaining('CRAM-MD5') as string,
    })
    await other.stop()
  })
})
