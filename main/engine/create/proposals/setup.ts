import type { CreationDefaults } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { proposeSetup } from '../../guest-setup/proposal/propose-setup.ts'
import type { ProposalGround } from './proposal.ts'

/** What is set up inside, where something reads it: this user, their keys and language, and what the use adds. */
export async function proposeGuestSetup(
  { facts, wishes }: ProposalGround,
  homeDir: string,
): Promise<CreationDefaults['setup']> {
  if (facts.setup === null) return { value: null, reason: say('create.nothingReadsSetUp') }
  const { value, reason } = await proposeSetup(homeDir)
  if (wishes.packages.length === 0) return { value, reason }
  return {
    value: {
      ...value,
      packages: [...value.packages, ...wishes.packages],
      services: [...value.services, ...wishes.services],
    },
    reason: say('create.forUse', { reason, packages: wishes.packages, wishes: wishes.label }),
  }
}
