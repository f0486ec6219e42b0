import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hashPassword, shaCrypt } from './sha-crypt.ts'

/** OpenSSL has an implementation of its own. The password goes in by its input, as it must never stand in an argument. */
function byOpenssl(password: string, salt: string): string {
  const output = execFileSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], { input: `${password}\n` })
  return output.toString().trim()
}

const letter = fc.constantFrom(...'./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')

describe('a password', () => {
  // The specification's own vectors.
  it.each([
    [
      '$6$saltstring',
      'Hello world!',
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    ],
    [
      '$6$rounds=10000$saltstringsaltstring',
      'Hello world!',
      '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
    ],
    [
      '$6$rounds=77777$short',
      'we have a short salt string but not a short password',
      '$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0',
    ],
    [
      '$6$rounds=10$roundstoolow',
      'the minimum number is still observed',
      '$6$rounds=1000$roundstoolow$kUMsbe306n21p9R.FRkW3IGn.S9NPN0x50YhH1xhLsPuWGsUSklZt58jaTfF4ZEQpyUNGc0dqbpBYYBaHHrsX.',
    ],
  ])('hashed with %s is what the specification says', (setting, password, expected) => {
    expect(shaCrypt(password, setting)).toBe(expected)
  })

  it('of any length is hashed as another implementation hashes it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'aZ09 !"#$%&\\ äß€𝄞'), minLength: 1, maxLength: 60 }),
        fc.string({ unit: letter, minLength: 1, maxLength: 16 }),
        (password, salt) => {
          expect(shaCrypt(password, `$6$${salt}`)).toBe(byOpenssl(password, salt))
        },
      ),
      { numRuns: 20 },
    )
  })

  it('gets a salt of its own each time', () => {
    const [first, second] = [hashPassword('secret'), hashPassword('secret')]
    expect(first).not.toBe(second)
    expect(shaCrypt('secret', first)).toBe(first)
  })
})
