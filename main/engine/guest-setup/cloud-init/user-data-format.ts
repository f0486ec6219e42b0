/** cloud-init takes user data of several kinds and tells them apart by their beginning. */
export type UserDataFormat =
  | { readonly kind: 'cloud-config'; readonly hasHeader: boolean }
  /** A script, an include list and the like: what it is called, for the eye. */
  | { readonly kind: 'other'; readonly name: string }

export const cloudConfigHeader = '#cloud-config'

const otherFormats: readonly (readonly [start: string, name: string])[] = [
  ['#!', 'a script'],
  ['#cloud-boothook', 'a boot hook'],
  ['#cloud-config-archive', 'an archive of several parts'],
  ['#cloud-config-jsonp', 'a JSON patch'],
  ['#include', 'a list of addresses to fetch'],
  ['#part-handler', 'a part handler'],
  ['#upstart-job', 'an upstart job'],
  ['## template:', 'a template'],
  ['content-type:', 'a message of several parts'],
  ['mime-version:', 'a message of several parts'],
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
