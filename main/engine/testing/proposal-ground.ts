import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Os } from '@strata/contract/catalogue.ts'
import type { Profile } from '@strata/contract/create.ts'
import { pino } from 'pino'
import { afterAll } from 'vitest'

import { Catalogue } from '../catalogue/catalogue.ts'
import type { HostRoom } from '../create/form/host-room.ts'
import { profileWishes } from '../create/proposals/profiles.ts'
import type { ProposalGround } from '../create/proposals/proposal.ts'
import { nothingKnown, type SourceFacts } from '../create/proposals/source-facts.ts'
import { roomWith } from './host-room.ts'

const folder = mkdtempSync(join(tmpdir(), 'systems-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})
const catalogue = Catalogue.open({ cacheDir: folder, homeDir: folder, log: pino({ level: 'silent' }) })

/** A system of the database that is installed here, or of Strata's own list. */
export async function realOs(osId: string): Promise<Os> {
  const os = await catalogue.os(osId)
  if (os === null) throw new Error(`${osId} is not in the catalogue`)
  return os
}

export interface GroundOptions {
  readonly os?: Os | null
  readonly profile?: Profile
  readonly facts?: Partial<SourceFacts>
  readonly room?: HostRoom
}

export function groundOf(options: GroundOptions = {}): ProposalGround {
  const { os = null, profile = 'server', facts = {}, room = roomWith({}) } = options
  return { os, profile, wishes: profileWishes[profile], facts: { ...nothingKnown, ...facts }, room }
}
