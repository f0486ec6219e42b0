import { machineName } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { freeName } from '../../storage/free-name.ts'
import { isWindows } from '../form/guest-family.ts'
import type { ProposalGround, Proposed } from './proposal.ts'

const fallback = 'new-machine'

/** A name that no machine here has: what it is for, what it is made from, or its system. */
export function proposeName({ wishes, facts, os }: ProposalGround, taken: ReadonlySet<string>): Proposed<string> {
  const isTaken = (name: string) => taken.has(name)
  const named = (wanted: string | null, reason: Said): Proposed<string> | null => {
    if (wanted === null || !machineName.safeParse(wanted).success) return null
    const value = freeName(wanted, isTaken)
    return { value, reason: value === wanted ? reason : say('create.isTaken', { reason, wanted }) }
  }
  return (
    named(wishes.name, say('create.byItsUse')) ??
    named(facts.brought === null ? null : facts.name, say('create.asItWasCalled')) ??
    named(facts.name === null ? systemWord(os) : hostWord(facts.name), say('create.byWhatIsInIt')) ?? {
      value: freeName(fallback, isTaken),
      reason: say('create.nameNoMachineHere'),
    }
  )
}

/** 'ubuntu-22.04', 'windows-11'. */
function systemWord(os: ProposalGround['os']): string | null {
  if (os === null) return null
  if (isWindows(os.osId) || os.distro === null) return hostWord(os.name.replace(/^Microsoft /, ''))
  return hostWord(`${os.distro} ${os.version ?? ''}`)
}

/** As host names are written: a machine's name often becomes one. */
function hostWord(text: string): string | null {
  const word = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 63)
  return word === '' ? null : word
}
