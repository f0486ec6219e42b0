import { unkeyed } from '@strata/contract/words/said.ts'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { canSign, endSigning, makeSigningKey, type SigningKey } from '../testing/signing-key.ts'
import { howVerified, usableKeyring, verifySignature } from './signature.ts'

const refused = { name: 'StrataError', code: 'not-permitted' }

// The program gpg signs for the test.
describe.runIf(await canSign())('a signature', () => {
  let folder: string
  let maker: SigningKey
  let stranger: SigningKey
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sign-'))
    maker = await makeSigningKey(join(folder, 'm'))
    stranger = await makeSigningKey(join(folder, 's'))
  }, 60_000)
  afterAll(async () => {
    await endSigning(join(folder, 'm'))
    await endSigning(join(folder, 's'))
    await rm(folder, { recursive: true, force: true })
  })

  /** A file and its signature beside it. */
  async function signedFile(by: SigningKey) {
    const path = join(folder, 'SUMS')
    await writeFile(path, 'c0ffee  tiny.qcow2\n')
    await by.detached(path, `${path}.gpg`)
    return { path, signaturePath: `${path}.gpg` }
  }

  it.each(['armouredPath', 'binaryPath'] as const)(
    'of its maker is good, with a keyring of either kind: %s',
    async (kind) => {
      await expect(verifySignature(await signedFile(maker), maker[kind], unkeyed('it'))).resolves.toBe('')
    },
  )

  it('is refused when one letter of the file was changed', async () => {
    const signed = await signedFile(maker)
    await appendFile(signed.path, ' ')
    await expect(verifySignature(signed, maker.armouredPath, unkeyed('it'))).rejects.toMatchObject(refused)
  })

  it('is refused when somebody else made it', async () => {
    const signed = await signedFile(stranger)
    await expect(verifySignature(signed, maker.armouredPath, unkeyed('it'))).rejects.toMatchObject(refused)
  })

  it('is refused when it is no signature, or not there', async () => {
    const signed = await signedFile(maker)
    await writeFile(signed.signaturePath, '<html>not found</html>')
    await expect(verifySignature(signed, maker.armouredPath, unkeyed('it'))).rejects.toMatchObject(refused)
    await rm(signed.signaturePath)
    await expect(verifySignature(signed, maker.armouredPath, unkeyed('it'))).rejects.toMatchObject(refused)
  })

  it('within a text covers that text only: what is put around it is left out', async () => {
    const path = join(folder, 'CHECKSUM')
    await maker.clearsigned('SHA256 (tiny.qcow2) = c0ffee\n', path)
    const text = await readFile(path, 'utf8')
    await writeFile(path, `SHA256 (tiny.qcow2) = bad\n${text}\nSHA256 (tiny.qcow2) = bad\n`)
    const covered = await verifySignature({ path, signaturePath: null }, maker.armouredPath, unkeyed('it'))
    expect(covered.trim()).toBe('SHA256 (tiny.qcow2) = c0ffee')
  })

  it('needs keys that are on this computer; without them the checksum is all there is', async () => {
    const signature = (keyrings: string[]) => ({ kind: 'clearsigned' as const, keyrings })
    expect(await usableKeyring(signature(['/nowhere/keys.gpg', maker.binaryPath]))).toBe(maker.binaryPath)
    const checksum = { url: 'https://x/SUMS', algorithm: 'sha256', layout: 'list' } as const
    expect(await howVerified({ checksum, signature: signature([maker.binaryPath]) })).toBe('signature')
    expect(await howVerified({ checksum, signature: signature(['/nowhere/keys.gpg']) })).toBe('checksum')
    expect(await howVerified({ checksum: null, signature: null })).toBe('nothing')
    const named = { checksum, signature: signature([maker.binaryPath]) }
    expect(await howVerified({ ...named, cameOpenly: true })).toBe('nothing')
    const open = { ...checksum, url: checksum.url.replace(/^https:/, 'http:') }
    expect(await howVerified({ checksum: open, signature: null })).toBe('nothing')
    expect(await howVerified({ checksum: open, signature: signature([maker.binaryPath]) })).toBe('signature')
  })
})
