import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { KeyStore } from './key-store.ts'
import { knownKeys } from './known-keys.ts'
import { readPublicKey } from './public-key.ts'
import { makeSshKeyPair } from './ssh-key-pair.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'keys-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function sshKeygen(...args: string[]): string {
  return execFileSync('ssh-keygen', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim()
}

describe('a key pair of ours', () => {
  // The comment's length decides the padding.
  it.each(['ada@web', '', 'a', 'ab', 'abc', 'ada@größer'])('with the comment “%s” is one to OpenSSH', (comment) => {
    const { privateKey, publicKey } = makeSshKeyPair(comment)
    const path = join(folder, 'key')
    writeFileSync(path, privateKey, { mode: 0o600 })
    expect(sshKeygen('-y', '-P', '', '-f', path)).toBe(publicKey.trim())
    writeFileSync(`${path}.pub`, `${publicKey}\n`)
    expect(sshKeygen('-l', '-f', `${path}.pub`)).toContain('ED25519')
    expect(readPublicKey(publicKey)?.type).toBe('ssh-ed25519')
  })

  it('signs what its public half verifies', () => {
    const { privateKey, publicKey } = makeSshKeyPair('ada')
    const [key, allowed, text] = [join(folder, 'key'), join(folder, 'allowed'), join(folder, 'text')]
    writeFileSync(key, privateKey, { mode: 0o600 })
    writeFileSync(allowed, `ada ${publicKey}\n`)
    writeFileSync(text, 'hello')
    sshKeygen('-Y', 'sign', '-f', key, '-n', 'file', text)
    const verified = execFileSync(
      'ssh-keygen',
      ['-Y', 'verify', '-f', allowed, '-I', 'ada', '-n', 'file', '-s', `${text}.sig`],
      { input: 'hello' },
    )
    expect(verified.toString()).toContain('Good')
  })
})

describe('the store of key pairs', () => {
  const machine = { hostId: 'local-session', uuid: '11111111-2222-3333-4444-555555555555' }

  it('gives back what it made, to nobody but the owner of the files, until it is told to forget', async () => {
    const store = new KeyStore(folder)
    expect(await store.read(machine)).toBeNull()
    const publicKey = await store.make(machine, 'ada@web')
    expect(await store.read(machine)).toMatchObject({
      publicKey,
      privateKey: expect.stringContaining('OPENSSH') as string,
    })
    expect(await new KeyStore(folder).read({ ...machine, hostId: 'other' })).toBeNull()
    const [name = ''] = readdirSync(join(folder, 'keys'))
    expect(statSync(join(folder, 'keys', name)).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700)
    await store.forget(machine)
    await store.forget(machine)
    expect(await store.read(machine)).toBeNull()
  })

  it('never leaves its folder', async () => {
    await new KeyStore(join(folder, 'data')).make({ ...machine, hostId: '../../..' }, 'x')
    expect(readdirSync(folder)).toEqual(['data'])
    expect(readdirSync(join(folder, 'data/keys'))).toHaveLength(1)
  })

  it('says so when a pair is damaged or cannot be kept', async () => {
    const store = new KeyStore(folder)
    await store.make(machine, 'x')
    const [name = ''] = readdirSync(join(folder, 'keys'))
    writeFileSync(join(folder, 'keys', name), '{}')
    await expect(store.read(machine)).rejects.toThrow(/damaged/)
    const blocked = join(folder, 'file')
    writeFileSync(blocked, '')
    await expect(new KeyStore(blocked).make(machine, 'x')).rejects.toThrow(/could not be kept/)
  })
})

describe('the keys of a user', () => {
  it('are the public ones in ~/.ssh, the best kind first, each told by its comment', async () => {
    const ssh = join(folder, '.ssh')
    mkdirSync(ssh)
    sshKeygen('-q', '-t', 'rsa', '-b', '2048', '-N', '', '-C', 'old', '-f', join(ssh, 'id_rsa'))
    sshKeygen('-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(ssh, 'work'))
    writeFileSync(join(ssh, 'broken.pub'), 'ssh-ed25519 AAAAnothing\n')
    writeFileSync(join(ssh, 'notes.pub.txt'), readFileSync(join(ssh, 'work.pub')))
    mkdirSync(join(ssh, 'folder.pub'))
    symlinkSync('/nowhere', join(ssh, 'dangling.pub'))
    expect(await knownKeys(folder)).toEqual([
      { label: 'work', publicKey: readFileSync(join(ssh, 'work.pub'), 'utf8').trim(), path: join(ssh, 'work.pub') },
      { label: 'old', publicKey: readFileSync(join(ssh, 'id_rsa.pub'), 'utf8').trim(), path: join(ssh, 'id_rsa.pub') },
    ])
  })

  it('are none where there is no such folder, or it is closed', async () => {
    expect(await knownKeys(folder)).toEqual([])
    mkdirSync(join(folder, '.ssh'))
    chmodSync(join(folder, '.ssh'), 0)
    expect(await knownKeys(folder)).toEqual([])
    chmodSync(join(folder, '.ssh'), 0o700)
  })

  it.each([
    '',
    'ssh-ed25519',
    'ssh-ed25519 AAAA',
    'no-such-type AAAAC3NzaC1lZDI1NTE5',
    'command="x" ssh-ed25519 AAAA',
    '-----BEGIN OPENSSH PRIVATE KEY-----',
  ])('do not include “%s”, which is none', (line) => {
    expect(readPublicKey(line)).toBeNull()
  })
})
