import { userInfo } from 'node:os'

import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { knownKeys } from '../keys/known-keys.ts'
import { ownLanguage, type LanguageSources } from './own-language.ts'
import { userNameFrom } from './user-name.ts'

export interface ProposedSetup {
  readonly value: GuestSetup
  /** Where the values come from, for the eye. */
  readonly reason: Said
}

/** libvirt reads addresses, and shuts down and freezes file systems, by way of it. */
const agent = 'qemu-guest-agent'

export interface ProposalSources extends LanguageSources {
  readonly homeDir: string
  readonly loginName: string
}

const ownSources = (homeDir: string): ProposalSources => ({
  homeDir,
  env: process.env,
  etc: '/etc',
  loginName: userInfo().username,
})

/**
 * A set-up that needs nothing typed: this user's name and keys, this computer's language, the guest agent. Whoever has
 * no key gets a pair for the machine; a password is never made up.
 */
export async function proposeSetup(homeDir: string, sources = ownSources(homeDir)): Promise<ProposedSetup> {
  const [keys, language] = await Promise.all([knownKeys(sources.homeDir), ownLanguage(sources)])
  const [best] = keys
  const userName = userNameFrom(sources.loginName)
  const whoseKey =
    best === undefined ? say('guestSetup.keyPairMadeFor') : say('guestSetup.yourSshKeySsh', { best: best.label })
  return {
    value: {
      userName,
      password: null,
      hostName: null,
      sshKeys: keys.map(({ publicKey }) => publicKey),
      makesKeyPair: best === undefined,
      ...language,
      packages: [agent],
      services: [agent],
      runCommands: [],
      network: { kind: 'dhcp' },
      userData: null,
    },
    reason: say('guestSetup.yourNameComputerComputers', { whoseKey }),
  }
}
