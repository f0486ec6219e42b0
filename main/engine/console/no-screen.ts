import type { Machine } from '@strata/contract/machines.ts'
import { DomainXml } from 'node-libvirt/xml'

import { StrataError } from '../strata-error.ts'

/**
 * Why a description names no screen to connect to. The description decides whether the machine is off, as it is newer than
 * the picture: a machine that has gone off just now, or not come up yet, has a screen again in a moment.
 */
export function noScreen({ name, graphics }: Pick<Machine, 'name' | 'graphics'>, xml: string): StrataError {
  if (DomainXml.parse(xml).id === null)
    return new StrataError('wrong-state', `“${name}” is off: there is no screen to see.`)
  if (graphics === 'spice')
    return new StrataError('unsupported', `The screen of “${name}” speaks SPICE; Strata shows VNC screens.`)
  return new StrataError('unsupported', `“${name}” has no screen that Strata could show.`)
}
