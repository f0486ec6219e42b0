import type { Machine } from '@strata/contract/machines.ts'

import type { EngineParts } from '../engine-parts.ts'
import { forEachMachine } from '../hosts/for-each-machine.ts'
import { daemonFolders } from './daemon-folders.ts'
import { renameAsAsked } from './rename.ts'

/** Gives machines the names that were chosen while they ran, as soon as they are off. Until `closing`. */
export function watchPendingRenames({
  hosts,
  history,
  closing,
}: Pick<EngineParts, 'hosts' | 'history' | 'closing'>): void {
  hosts.forEach((host, ended) => {
    forEachMachine(host, ended, {
      wants: mayWait,
      work: (uuid) => renameAsAsked({ history }, host, uuid, daemonFolders(host)),
      failed: 'a machine could not be given the name that was chosen while it ran',
    })
  }, closing)
}

/** A waiting name is always the title too, so machines without one need not be asked. */
const mayWait = ({ state, title, hasSavedState }: Machine) => state === 'shut-off' && title !== null && !hasSavedState
