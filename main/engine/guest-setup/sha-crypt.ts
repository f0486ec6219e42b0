import { createHash, randomBytes, type Hash } from 'node:crypto'

/**
 * SHA-crypt with SHA-512, the `$6$` of crypt(5), as Ulrich Drepper's specification of 2008 lays it down:
 * what installers and cloud-init take in place of a password.
 */

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const digestBytes = 64
const roundCount = { usual: 5_000, least: 1_000, most: 999_999_999 } as const
const longestSalt = 16

/** Hashes a password with a salt of its own; the result goes into /etc/shadow as it is. */
export function hashPassword(password: string): string {
  return shaCrypt(password, `$6$${freshSalt()}`)
}

/** @param setting `$6$salt` or `$6$rounds=N$salt`; what stands behind the salt is left alone */
export function shaCrypt(password: string, setting: string): string {
  const { salt, rounds, prefix } = readSetting(setting)
  const key = Buffer.from(password, 'utf8')
  const mixed = mix(key, salt)
  const keySequence = repeated(digestOf(...Array.from({ length: key.length }, () => key)), key.length)
  const saltCopies = 16 + (mixed[0] ?? 0)
  const saltSequence = repeated(digestOf(...Array.from({ length: saltCopies }, () => salt)), salt.length)
  let state = mixed
  for (let round = 0; round < rounds; round += 1) {
    const hash = createHash('sha512').update(round % 2 === 1 ? keySequence : state)
    if (round % 3 !== 0) hash.update(saltSequence)
    if (round % 7 !== 0) hash.update(keySequence)
    state = hash.update(round % 2 === 1 ? state : keySequence).digest()
  }
  return `${prefix}${salt.toString('utf8')}$${encode(state)}`
}

function freshSalt(): string {
  return [...randomBytes(longestSalt)].map((byte) => letters[byte % letters.length]).join('')
}

function readSetting(setting: string): { salt: Buffer; rounds: number; prefix: string } {
  const parts = /^\$6\$(?:rounds=(\d{1,10})\$)?([^$]*)/.exec(setting)
  if (parts === null) throw new TypeError('a SHA-crypt setting begins with $6$')
  const salt = Buffer.from(parts[2] ?? '', 'utf8').subarray(0, longestSalt)
  if (parts[1] === undefined) return { salt, rounds: roundCount.usual, prefix: '$6$' }
  const rounds = Math.min(Math.max(Number(parts[1]), roundCount.least), roundCount.most)
  return { salt, rounds, prefix: `$6$rounds=${rounds}$` }
}

/** Steps 1 to 12 of the specification: key and salt, and the digest of both for every bit of the key's length. */
function mix(key: Buffer, salt: Buffer): Buffer {
  const second = digestOf(key, salt, key)
  const hash: Hash = createHash('sha512').update(key).update(salt).update(repeated(second, key.length))
  for (let bits = key.length; bits > 0; bits >>= 1) hash.update((bits & 1) === 1 ? second : key)
  return hash.digest()
}

function digestOf(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes.subarray(0, Math.min(bytes.length, Math.max(length, 1))))
}

/** Groups of three bytes, picked in crypt's own order, each as four letters with the lowest bits first. */
function encode(digest: Buffer): string {
  let text = ''
  const put = (value: number, count: number) => {
    for (let index = 0; index < count; index += 1) text += letters[(value >> (6 * index)) & 0x3f]
  }
  const at = (index: number) => digest[index] ?? 0
  let [first, second, third] = [0, 21, 42]
  for (let group = 0; group < 21; group += 1) {
    put((at(first) << 16) | (at(second) << 8) | at(third), 4)
    ;[first, second, third] = [second + 1, third + 1, first + 1]
  }
  put(at(digestBytes - 1), 2)
  return text
}
