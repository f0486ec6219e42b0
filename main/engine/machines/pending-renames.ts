import type { Host } from '../hosts/host.ts'
import type { EngineParts } from '../engine-parts.ts'
import { daemonFolders } from './daemon-folders.ts'
import { renameAsAsked } from './rename.ts'

/** Gives machines the names that were chosen while they ran, as soon as they are off. Until `closing`. */
export function watchPendingRenames({
  hosts,
  history,
  log,
  closing,
}: Pick<EngineParts, 'hosts' | 'history' | 'log' | 'closing'>): void {
  for (const host of hosts.all()) {
    const daemon = daemonFolders(host)
    const inHand = new Set<string>()
    const look = (uuid: string) => {
      if (!mayWait(host, uuid) || inHand.has(uuid)) return
      inHand.add(uuid)
      renameAsAsked({ history }, host, uuid, daemon)
        .catch((error: unknown) => {
          log.warn({ err: error, uuid }, 'a machine could not be given the name that was chosen while it ran')
        })
        .finally(() => inHand.delete(uuid))
    }
    const stop = host.inventory.changes.listen((change) => {
      if (change.kind === 'machine') look(change.uuid)
      if (change.kind === 'all') for (const { uuid } of host.inventory.machines()) look(uuid)
    })
    closing.addEventListener('abort', stop, { once: true })
  }
}

/** A waiting name is always the title too, so machines without one need not be asked. */
function mayWait(host: Host, uuid: string): boolean {
  const machine = host.inventory.machine(uuid)
  return machine?.state === 'shut-off' && machine.title !== null && !machine.hasSavedState
}
