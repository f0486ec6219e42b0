import { say } from '@strata/contract/words/say.ts'

import type { HistoryStore } from '../history/history-store.ts'
import { virsh } from '../definitions/terminal-lines.ts'
import type { Host } from '../hosts/host.ts'
import { toStrataError } from '../strata-error.ts'

/** Stands beside the definition, so it is told like a change of it. `undoes`: the entry that this takes back. */
export async function setAutostart(
  history: HistoryStore,
  host: Host,
  uuid: string,
  autostart: boolean,
  undoes: string | null = null,
): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  let before: boolean
  try {
    const domain = await host.inventory.domain(uuid)
    before = await domain.getAutostart()
    await domain.setAutostart(autostart)
  } catch (error) {
    throw toStrataError(
      error,
      autostart ? say('machines.couldNotSetStart', { name }) : say('machines.couldNotSetStay', { name }),
    )
  }
  await host.inventory.reloadMachine(uuid) // no event tells of it
  if (before === autostart) return
  await history.add(
    { hostId: host.id, uuid },
    {
      atMs: Date.now(),
      kind: 'changed',
      who: 'user',
      title: autostart ? say('machines.startsHost') : say('machines.doesNotStartHost'),
      notes: [],
      commands: [virsh(host.uri, 'autostart', name, ...(autostart ? [] : ['--disable']))],
      undoing: { kind: 'autostart', autostart: before },
      undoes,
    },
  )
}
