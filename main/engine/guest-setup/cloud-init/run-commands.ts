import { isSeq } from 'yaml'

import { stringOf } from './user-data-document.ts'

/** How a service is switched on, as a line of `runcmd` that no shell reads. */
const enabling = ['systemctl', 'enable', '--now'] as const

export type RunItem =
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'command'; readonly line: string }
  /** What the form cannot show: other argument lists, several lines in one. */
  | { readonly kind: 'foreign' }

export function runItemOf(node: unknown): RunItem {
  const line = stringOf(node)
  if (line !== null) return line.includes('\n') ? { kind: 'foreign' } : { kind: 'command', line }
  if (!isSeq(node)) return { kind: 'foreign' }
  const words = node.items.map(stringOf)
  const name = words[enabling.length]
  const isEnabling = words.length === enabling.length + 1 && enabling.every((word, index) => words[index] === word)
  return isEnabling && typeof name === 'string' ? { kind: 'service', name } : { kind: 'foreign' }
}

export const enablingOf = (service: string): string[] => [...enabling, service]
