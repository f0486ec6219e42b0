import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { saslPrep } from './sasl-prep.ts'
import { plain } from './sasl.ts'
import { scram } from './scram.ts'

const credentials = { username: 'user', password: 'pencil' }

// RFC 5802 section 5 and RFC 7677 section 3
const vectors = [
  {
    digest: 'sha1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    challenge: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    answer: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    proof: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    digest: 'sha256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    challenge: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    answer:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    proof: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const

const bytes = (text: string) => Buffer.from(text)

describe.each(vectors)('SCRAM with $digest', ({ digest, nonce, challenge, answer, proof }) => {
  const start = () => scram(digest, credentials, () => nonce)

  it('says what the RFC’s example says', async () => {
    const exchange = start()
    expect(exchange.first().toString()).toBe(`n,,n=user,r=${nonce}`)
    expect((await exchange.next(bytes(challenge)))?.toString()).toBe(answer)
    expect(await exchange.next(bytes(proof))).toBeNull()
    expect(() => exchange.assertComplete()).not.toThrow()
  })

  it('does not trust a server that proves nothing, or the wrong thing', async () => {
    const exchange = start()
    await exchange.next(bytes(challenge))
    expect(() => exchange.assertComplete()).toThrow(expect.objectContaining({ reason: 'server-unproven' }))
    await expect(exchange.next(bytes('v=AAAA'))).rejects.toMatchObject({ reason: 'server-unproven' })
    await expect(exchange.next(bytes('e=invalid-proof'))).rejects.toMatchObject({ reason: 'denied' })
  })

  it.each([
    ['whose nonce does not continue ours', 'r=other,s=QSXCR+Q6sek8bf92,i=4096'],
    ['whose nonce adds nothing', `r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`],
    ['without salt', `r=${nonce}x,s=,i=4096`],
    ['with no count of iterations', `r=${nonce}x,s=QSXCR+Q6sek8bf92`],
    ['that would keep us busy for hours', `r=${nonce}x,s=QSXCR+Q6sek8bf92,i=4000000000`],
    ['with an extension that must be understood', `m=x,r=${nonce}x,s=QSXCR+Q6sek8bf92,i=4096`],
  ])('refuses a challenge %s', async (_, text) => {
    await expect(start().next(bytes(text))).rejects.toMatchObject({ reason: 'denied' })
  })
})

describe('SCRAM', () => {
  it('escapes the two signs that mean something in a name', () => {
    expect(
      scram('sha256', { username: 'a,b=c', password: '' }, () => 'n')
        .first()
        .toString(),
    ).toBe('n,,n=a=2Cb=3Dc,r=n')
  })

  it('answers or refuses any challenge, and never breaks otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        const exchange = scram('sha1', credentials, () => 'n')
        await expect(exchange.next(bytes(text))).rejects.toMatchObject({ name: 'AuthenticationError' })
      }),
    )
  })
})

describe('the preparation of names and passwords', () => {
  // RFC 4013 section 3
  it.each([
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    ['a\u00a0b', 'a b'],
  ])('makes %j to %j', (text, prepared) => expect(saslPrep(text)).toBe(prepared))

  it('refuses control characters', () => expect(() => saslPrep('\u0007')).toThrow(TypeError))
})

describe('PLAIN', () => {
  it('says name and password between NULs, and refuses those that hold one', () => {
    expect(plain('tim', 'tanstaaftanstaaf').first().toString()).toBe('\0tim\0tanstaaftanstaaf')
    expect(() => plain('tim\0root', 'x')).toThrow(TypeError)
  })
})
