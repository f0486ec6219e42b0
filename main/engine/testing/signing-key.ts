import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { runProgram } from '../this-computer/run-program.ts'
import { findProgram } from '../this-computer/find-program.ts'

/** A key that exists for one test, and what it can sign. */
export interface SigningKey {
  /** Its public half in a file, as distributions ship theirs. */
  readonly armouredPath: string
  readonly binaryPath: string
  detached(path: string, signaturePath: string): Promise<void>
  clearsigned(text: string, path: string): Promise<void>
}

export const canSign = async () => (await findProgram('gpg')) !== null && (await findProgram('gpgv')) !== null

/** @param folder new, and short: the agent makes a socket in it */
export async function makeSigningKey(folder: string): Promise<SigningKey> {
  await mkdir(folder, { mode: 0o700 })
  const gpg = async (...options: string[]) => {
    const end = await runProgram('gpg', ['--homedir', folder, '--batch', '--yes', '--quiet', ...options], {
      timeoutMs: 60_000,
    })
    if (end.exitCode !== 0) throw new Error(`gpg ${options.join(' ')}: ${end.errorText}`)
  }
  await gpg('--passphrase', '', '--quick-generate-key', 'Maker <maker@example.org>', 'ed25519', 'sign', 'never')
  const [armouredPath, binaryPath] = [join(folder, 'public.asc'), join(folder, 'public.gpg')]
  await gpg('--armor', '--output', armouredPath, '--export')
  await gpg('--output', binaryPath, '--export')
  return {
    armouredPath,
    binaryPath,
    detached: (path, signaturePath) => gpg('--output', signaturePath, '--detach-sign', path),
    async clearsigned(text, path) {
      await writeFile(`${path}.text`, text)
      await gpg('--output', path, '--clearsign', `${path}.text`)
    },
  }
}

/** Ends the agent that gpg started for that folder. */
export async function endSigning(folder: string): Promise<void> {
  await runProgram('gpgconf', ['--homedir', folder, '--kill', 'gpg-agent'], { timeoutMs: 10_000 })
}
