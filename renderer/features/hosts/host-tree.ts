import type { Host } from '@strata/contract/hosts.ts'
import type { Machine } from '@strata/contract/machines.ts'

import { byName } from '../machines/machine-search.ts'
import { keyOf } from './inventory-store.ts'

/** One visible line of the sidebar's tree. */
export type TreeLine =
  | { readonly kind: 'host'; readonly key: string; readonly host: Host; readonly count: number; readonly open: boolean }
  | { readonly kind: 'machine'; readonly key: string; readonly machine: Machine; readonly host: Host }

export const hostLineKey = (hostId: string) => `host:${hostId}`

/** The tree as the lines that are visible: hosts in the engine's order, machines by name below those that are open. */
export function treeLines(
  hosts: readonly Host[],
  machines: readonly Machine[],
  closed: ReadonlySet<string>,
): readonly TreeLine[] {
  const byHost = new Map<string, Machine[]>(hosts.map((host) => [host.id, []]))
  for (const machine of machines) byHost.get(machine.hostId)?.push(machine)
  return hosts.flatMap((host): TreeLine[] => {
    const own = byHost.get(host.id) ?? []
    const open = !closed.has(host.id)
    const line: TreeLine = { kind: 'host', key: hostLineKey(host.id), host, count: own.length, open }
    if (!open) return [line]
    return [
      line,
      ...own.sort(byName).map((machine): TreeLine => ({ kind: 'machine', key: keyOf(machine), machine, host })),
    ]
  })
}
