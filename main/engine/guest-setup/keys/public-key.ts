/** Kinds of keys that OpenSSH takes, those that it likes best first. */
export const keyTypes = [
  'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
] as const

export interface PublicKey {
  readonly type: (typeof keyTypes)[number]
  readonly comment: string
}

/**
 * A line of authorized_keys, options included; null: it is none. The bytes have to name the same kind of key as the
 * line does, so that a cut or mistyped key is noticed here and not at the first sign-in.
 */
export function readPublicKey(line: string): PublicKey | null {
  const words = line.trim().split(/\s+/)
  const at = words.findIndex((word) => isKeyType(word))
  const [type, data = '', ...comment] = words.slice(at)
  if (at < 0 || type === undefined || !isKeyType(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return null
  const fields = sshStrings(Buffer.from(data, 'base64'))
  if (fields === null || fields.length < 2 || fields[0]?.toString('latin1') !== type) return null
  return { type, comment: comment.join(' ') }
}

const isKeyType = (word: string): word is PublicKey['type'] => keyTypes.some((type) => type === word)

/** The strings that fill the bytes to their end; null: they do not. */
function sshStrings(bytes: Buffer): Buffer[] | null {
  const fields: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) return null
    fields.push(bytes.subarray(at + 4, end))
    at = end
  }
  return fields
}
