import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { AuthenticationError } from '../errors.ts'
import type { SaslExchange } from './sasl-exchange.ts'
import { saslPrep } from './sasl-prep.ts'

/** A server may not make us work for minutes. Usual are 4,096 (the RFC's minimum) to some 100,000. */
const MAX_ITERATIONS = 10_000_000
/** No channel binding, no other identity than the one that logs in. */
const GS2_HEADER = 'n,,'

const derive = promisify(pbkdf2)

export interface ScramCredentials {
  readonly username: string
  readonly password: string
}

/**
 * SCRAM (RFC 5802, RFC 7677): the password itself is not sent, and the server proves that it knows it too.
 * @param newNonce printable ASCII without a comma; only tests give one
 */
export function scram(
  digest: 'sha1' | 'sha256',
  { username, password }: ScramCredentials,
  newNonce: () => string = () => randomBytes(24).toString('base64'),
): SaslExchange {
  const clientNonce = newNonce()
  const clientFirst = `n=${saslPrep(username).replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${clientNonce}`
  let serverSignature: Buffer | null = null
  let isProven = false

  const answerChallenge = async (serverFirst: string): Promise<Buffer> => {
    const { nonce, salt, iterations } = readChallenge(serverFirst, clientNonce)
    const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest()
    const keyBytes = createHash(digest).digest().length
    const salted = await derive(saslPrep(password), salt, iterations, keyBytes, digest)
    const withoutProof = `c=${Buffer.from(GS2_HEADER).toString('base64')},r=${nonce}`
    const signed = `${clientFirst},${serverFirst},${withoutProof}`
    const clientKey = hmac(salted, 'Client Key')
    const signature = hmac(createHash(digest).update(clientKey).digest(), signed)
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
    serverSignature = hmac(hmac(salted, 'Server Key'), signed)
    return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`)
  }
  const checkServer = (serverFinal: string, expected: Buffer): null => {
    const given = attributesOf(serverFinal)
    if (given.has('e')) throw new AuthenticationError('denied', `the server refuses: ${given.get('e')}`)
    const signature = Buffer.from(given.get('v') ?? '', 'base64')
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) throw unproven()
    isProven = true
    return null
  }
  return {
    first: () => Buffer.from(`${GS2_HEADER}${clientFirst}`),
    next: async (fromServer) => {
      const text = fromServer.toString('utf8')
      if (isProven && text === '') return null
      return serverSignature ? checkServer(text, serverSignature) : answerChallenge(text)
    },
    assertComplete: () => {
      if (!isProven) throw unproven()
    },
  }
}

function readChallenge(text: string, clientNonce: string): { nonce: string; salt: Buffer; iterations: number } {
  const given = attributesOf(text)
  const nonce = given.get('r') ?? ''
  const salt = Buffer.from(given.get('s') ?? '', 'base64')
  const iterations = Number(given.get('i'))
  if (given.has('m')) throw malformed('it demands an extension')
  if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length) throw malformed('its nonce is not ours')
  if (salt.length === 0) throw malformed('it has no salt')
  if (!Number.isSafeInteger(iterations) || iterations < 1 || iterations > MAX_ITERATIONS) {
    throw malformed(`its iteration count is ${JSON.stringify(given.get('i'))}`)
  }
  return { nonce, salt, iterations }
}

/** `a=1,b=2`; a value may hold further '='. */
function attributesOf(text: string): Map<string, string> {
  return new Map(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}

const malformed = (why: string) => new AuthenticationError('denied', `the server’s SCRAM challenge cannot be: ${why}`)
const unproven = () => new AuthenticationError('server-unproven', 'the server did not prove that it knows the password')
