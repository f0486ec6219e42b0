import { say } from '@strata/contract/words/say.ts'
import { XmlError } from 'node-libvirt/xml'

import { namedThings } from '../definitions/named-paths.ts'
import type { Claims, FileClaim } from '../disk-images/file-claim.ts'
import type { Host } from '../hosts/host.ts'
import type { TrashReading } from './trash-files.ts'
import type { TrashEntry } from './trash-entry.ts'

/** What the machines in the trash need to come back, also those of hosts that do not answer. */
export function claimsOfTrash({ entries, unreadPaths }: TrashReading, hosts: readonly Host[]): Claims {
  const ids = new Set(hosts.map(({ id }) => id))
  return {
    claims: entries.filter(({ hostId }) => ids.has(hostId)).flatMap(claimsOfEntry),
    unseen: unreadPaths.map((path) => ({
      sentence: say('trash.tellsMachineTrashCannot', { path }),
    })),
  }
}

function claimsOfEntry(entry: TrashEntry): FileClaim[] {
  const owner = { kind: 'trash', entryId: entry.id, name: entry.name } as const
  const claim = (path: string, role: FileClaim['role']): FileClaim => ({ hostId: entry.hostId, owner, path, role })
  return [
    ...entry.files.map(({ path }) => claim(path, 'disk')),
    ...entry.imagePaths.map((path) => claim(path, 'disk')),
    ...namedIn(entry.definition).map((path) => claim(path, 'disk')),
    ...entry.restorePoints.flatMap(({ xml }) => namedIn(xml)).map((path) => claim(path, 'restore-point')),
  ]
}

function namedIn(xml: string): string[] {
  try {
    return namedThings(xml).paths.map(({ path }) => path)
  } catch (error) {
    if (error instanceof XmlError) return [] // it cannot come back, and its files are listed besides
    throw error
  }
}
