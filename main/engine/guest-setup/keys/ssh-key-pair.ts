import { generateKeyPairSync, randomBytes } from 'node:crypto'

/** A pair as OpenSSH keeps it: the private half as a file, the public one as a line of authorized_keys. */
export interface SshKeyPair {
  readonly privateKey: string
  readonly publicKey: string
}

const keyType = 'ssh-ed25519'
/** What the private part is padded to when it is not encrypted. */
const blockBytes = 8
const lettersPerLine = 70

/** A string of the SSH protocol: its length in four bytes, then itself (RFC 4251, section 5). */
function sshString(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/**
 * Makes an Ed25519 pair. The private half is in OpenSSH's own format (PROTOCOL.key in its sources), without a
 * passphrase: whoever asked for it keeps it as a file that only they can read.
 * @param comment stands behind the public key, so that one knows it again: 'ada@web'
 */
export function makeSshKeyPair(comment: string): SshKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const publicBytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  const publicBlob = Buffer.concat([sshString(keyType), sshString(publicBytes)])
  const check = randomBytes(4) // twice the same: so a wrong passphrase would be noticed
  const secret = Buffer.concat([
    ...[check, check, publicBlob],
    sshString(Buffer.concat([seed, publicBytes])),
    sshString(comment),
  ])
  const padding = Buffer.from(
    Array.from({ length: (blockBytes - (secret.length % blockBytes)) % blockBytes }, (_, index) => index + 1),
  )
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    ...[sshString('none'), sshString('none'), sshString('')], // no cipher, no key derivation
    Buffer.from([0, 0, 0, 1]),
    sshString(publicBlob),
    sshString(Buffer.concat([secret, padding])),
  ])
  const lines = file.toString('base64').match(new RegExp(`.{1,${lettersPerLine}}`, 'g')) ?? []
  return {
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `${keyType} ${publicBlob.toString('base64')} ${comment}`,
  }
}
