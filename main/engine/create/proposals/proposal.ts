import type { Os } from '@strata/contract/catalogue.ts'
import type { Profile } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { HostRoom } from '../form/host-room.ts'
import type { ProfileWishes } from './profiles.ts'
import type { SourceFacts } from './source-facts.ts'

/** A value and the sentence that says where it comes from. */
export interface Proposed<T> {
  readonly value: T
  readonly reason: Said
}

/** What the proposals for one source and use are made from. */
export interface ProposalGround {
  readonly room: HostRoom
  readonly facts: SourceFacts
  readonly os: Os | null
  readonly profile: Profile
  readonly wishes: ProfileWishes
}

/** 'Ubuntu 22.04 LTS', for a sentence. */
export const systemName = ({ os }: Pick<ProposalGround, 'os'>): string | Said => os?.name ?? say('create.theSystem')
