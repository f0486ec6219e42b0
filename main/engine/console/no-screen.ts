import type { Machine } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import { DomainXml } from 'node-libvirt/xml'

import { StrataError } from '../strata-error.ts'

/**
 * Why a description names no screen to connect to. The description decides whether the machine is off, as it is newer than
 * the picture: a machine that has gone off just now, or not come up yet, has a screen again in a moment.
 */
export function noScreen({ name, graphics }: Pick<Machine, 'name' | 'graphics'>, xml: string): StrataError {
  if (DomainXml.parse(xml).id === null) return new StrataError('wrong-state', say('console.offThereNoScreen', { name }))
  if (graphics === 'spice') return new StrataError('unsupported', say('console.screenSpeaksSpiceStrata', { name }))
  return new StrataError('unsupported', say('console.noScreenStrataCould', { name }))
}
