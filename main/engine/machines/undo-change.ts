import type { MachineRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import { changeMachine } from '../definitions/change-machine.ts'
import { takenBack } from '../definitions/take-back.ts'
import { virsh } from '../definitions/terminal-lines.ts'
import { idsTakenBack, type StoredEntry } from '../history/stored-entry.ts'
import { changeGround } from '../hosts/change-ground.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'
import { setAutostart } from './autostart.ts'
import { daemonFolders } from './daemon-folders.ts'
import { renameMachine } from './rename.ts'
import { setTemplate } from './template.ts'

type Parts = Pick<EngineParts, 'hosts' | 'history' | 'folders' | 'fileUsers'>

/**
 * Takes one change of a machine back, by the same ways as it was made: what stands against them stands against this too.
 * @throws StrataError 'wrong-state' when what it changed was changed again since, with the difference
 */
export async function undoChange(parts: Parts, ref: MachineRef, entryId: string): Promise<void> {
  const host = parts.hosts.get(ref.hostId)
  const entries = await parts.history.stored(ref)
  const entry = entries.find(({ id }) => id === entryId)
  if (entry === undefined) throw new StrataError('not-found', say('machines.changeNotMachinesHistory'))
  if (idsTakenBack(entries).has(entryId))
    throw new StrataError('wrong-state', say('machines.takenBackAlready', { title: entry.title }))
  await takeBack(parts, host, ref.uuid, entry)
}

async function takeBack(parts: Parts, host: Host, uuid: string, entry: StoredEntry): Promise<void> {
  const { name, autostart, isTemplate, title } = host.inventory.requireMachine(uuid)
  const { undoing, id: undoes } = entry
  const changedSince = () =>
    new StrataError('wrong-state', say('machines.cannotTakenBackChanged', { title: entry.title }))
  switch (undoing.kind) {
    case 'none':
      throw new StrataError('wrong-state', say('machines.cannotTakenBack', { title: entry.title, why: undoing.why }))
    case 'autostart':
      if (autostart === undoing.autostart) throw changedSince()
      return setAutostart(parts.history, host, uuid, undoing.autostart, undoes)
    case 'template':
      if (isTemplate === undoing.isTemplate) throw changedSince()
      return setTemplate(parts, host, uuid, {
        isTemplate: undoing.isTemplate,
        autostart: undoing.autostart,
        undoes,
      })
    case 'name': {
      // While it runs the new name is only its title.
      if (name !== undoing.after && title !== undoing.after) throw changedSince()
      const daemon = daemonFolders(host)
      const renaming = { name: undoing.before, title: undoing.title, who: 'user', undoes } as const
      return renameMachine(parts, host, uuid, renaming, daemon)
    }
    case 'definition':
      await changeMachine(changeGround(host, parts.history), uuid, {
        kind: 'taken-back',
        who: 'user',
        title: say('machines.tookBack', { title: entry.title }),
        failed: say('machines.couldNotTakenBack', { title: entry.title }),
        edit: (text) => takenBack(text, undoing),
        lines: undoing.commands.length > 0 ? undoing.commands : [virsh(host.uri, 'edit', name)],
        undoLines: entry.commands,
        undoes,
      })
  }
}
