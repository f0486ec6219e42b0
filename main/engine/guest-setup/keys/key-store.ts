import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { replaceFile } from '../../replace-file.ts'
import { StrataError, systemCodeOf, toStrataError } from '../../strata-error.ts'
import { makeSshKeyPair, type SshKeyPair } from './ssh-key-pair.ts'

/** Key pairs that were made for machines: a file each below the engine's data, which nobody else can read. */
export class KeyStore {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'keys')
  }

  /** Makes a pair for a machine, and keeps it; one that it had is replaced. @returns the public half */
  async make(machine: MachineKey, comment: string): Promise<string> {
    const pair = makeSshKeyPair(comment)
    await replaceFile(this.pathOf(machine), `${JSON.stringify(pair)}\n`).catch((error: unknown) => {
      throw toStrataError(error, say('guestSetup.keyPairNewMachine'))
    })
    return pair.publicKey
  }

  /** Null: none was made, or it was thrown away. */
  async read(machine: MachineKey): Promise<SshKeyPair | null> {
    try {
      return pairFrom(await readFile(this.pathOf(machine), 'utf8'))
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return null
      throw toStrataError(error, say('guestSetup.keyPairMachineCould'))
    }
  }

  async forget(machine: MachineKey): Promise<void> {
    await rm(this.pathOf(machine), { force: true }).catch((error: unknown) => {
      throw toStrataError(error, say('guestSetup.keyPairMachineCouldNot'))
    })
  }

  pathOf({ hostId, uuid }: MachineKey): string {
    // A host's id is a word of ours or a made one, yet nothing in it may lead out of the folder.
    return join(this.#folder, `${encodeURIComponent(hostId).replaceAll('.', '%2E')}-${uuid}.json`)
  }
}

interface MachineKey {
  readonly hostId: string
  readonly uuid: string
}

function pairFrom(text: string): SshKeyPair {
  const pair: unknown = JSON.parse(text)
  const has = (key: 'privateKey' | 'publicKey') =>
    typeof pair === 'object' && pair !== null && typeof (pair as Partial<Record<string, unknown>>)[key] === 'string'
  if (has('privateKey') && has('publicKey')) return pair as SshKeyPair
  throw new StrataError('internal', say('guestSetup.keyPairMachineDamaged'))
}
