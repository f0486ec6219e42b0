import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

/** cloud-init takes user data of several kinds and tells them apart by their beginning. */
export type UserDataFormat =
  | { readonly kind: 'cloud-config'; readonly hasHeader: boolean }
  /** A script, an include list and the like: what it is called, for the eye. */
  | { readonly kind: 'other'; readonly name: Said }

export const cloudConfigHeader = '#cloud-config'

const otherFormats: readonly (readonly [start: string, name: Said])[] = [
  ['#!', say('guestSetup.aScript')],
  ['#cloud-boothook', say('guestSetup.bootHook')],
  ['#cloud-config-archive', say('guestSetup.archiveSeveralParts')],
  ['#cloud-config-jsonp', say('guestSetup.jsonPatch')],
  ['#include', say('guestSetup.listAddressesFetch')],
  ['#part-handler', say('guestSetup.partHandler')],
  ['#upstart-job', say('guestSetup.upstartJob')],
  ['## template:', say('guestSetup.aTemplate')],
  ['content-type:', say('guestSetup.messageSeveralParts')],
  ['mime-version:', say('guestSetup.messageSeveralParts')],
]

export function formatOf(text: string): UserDataFormat {
  const start = text.slice(0, 64).toLowerCase()
  const other = otherFormats.find(([beginning]) => start.startsWith(beginning))
  if (other !== undefined) return { kind: 'other', name: other[1] }
  return { kind: 'cloud-config', hasHeader: /^#cloud-config[ \t]*(\r?\n|$)/.test(text) }
}

export function withHeader(text: string): string {
  return /^#cloud-config[ \t]*(\r?\n|$)/.test(text) ? text : `${cloudConfigHeader}\n${text}`
}
