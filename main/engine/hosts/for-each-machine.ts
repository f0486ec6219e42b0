import type { Machine } from '@strata/contract/machines.ts'

import type { Host } from './host.ts'

/** What is done by itself with machines of a host. */
export interface MachineWatch {
  /** Whether there is something to do for this machine as it is now. Asked at each change, so it has to be quick. */
  readonly wants: (machine: Machine) => boolean
  /** Never begun for a machine while it is still under way for it. */
  readonly work: (uuid: string) => Promise<unknown>
  /** The same for a machine whose guest has just started again. */
  readonly restarted?: Pick<MachineWatch, 'wants' | 'work'>
  /** For the log, should the work fail. */
  readonly failed: string
}

/** Looks at each machine of a host whenever it has changed, until `ended`. What fails then is nobody's concern any more. */
export function forEachMachine(host: Host, ended: AbortSignal, watch: MachineWatch): void {
  const inHand = new Set<string>()
  const look = (uuid: string, { wants, work }: Pick<MachineWatch, 'wants' | 'work'>) => {
    const machine = host.inventory.machine(uuid)
    if (ended.aborted || machine === null || inHand.has(uuid) || !wants(machine)) return
    inHand.add(uuid)
    work(uuid)
      .catch((error: unknown) => {
        if (!ended.aborted) host.log.warn({ err: error, host: host.id, uuid }, watch.failed)
      })
      .finally(() => inHand.delete(uuid))
  }
  const lookAtAll = () => {
    for (const { uuid } of host.inventory.machines()) look(uuid, watch)
  }
  const { restarted } = watch
  const stops = [
    host.inventory.changes.listen((change) => {
      if (change.kind === 'machine') look(change.uuid, watch)
      if (change.kind === 'all') lookAtAll()
    }),
    ...(restarted === undefined
      ? []
      : [
          host.inventory.restarts.listen((uuid) => {
            look(uuid, restarted)
          }),
        ]),
  ]
  const stop = () => {
    for (const each of stops) each()
  }
  if (ended.aborted) stop()
  else ended.addEventListener('abort', stop, { once: true })
  lookAtAll()
}
