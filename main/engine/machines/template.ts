import { say } from '@strata/contract/words/say.ts'

import type { FileUsers } from '../disk-images/file-users.ts'
import { changeMachine, inDefinition } from '../definitions/change-machine.ts'
import { virsh } from '../definitions/terminal-lines.ts'
import type { HistoryStore } from '../history/history-store.ts'
import { changeGround } from '../hosts/change-ground.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'
import { whatIsBuiltOn } from './built-on.ts'
import { readStrataFacts, writeStrataFacts } from '../definitions/strata-metadata.ts'

/** Makes a machine the base of others, or a machine again. What is built on a template's disks relies on their not changing. */
export async function setTemplate(
  { fileUsers, history }: { readonly fileUsers: FileUsers; readonly history: HistoryStore },
  host: Host,
  uuid: string,
  change: {
    readonly isTemplate: boolean
    /** A machine again that starts with the host, as before. */
    readonly autostart?: boolean
    readonly undoes?: string
  },
): Promise<void> {
  const { isTemplate } = change
  const machine = host.inventory.requireMachine(uuid)
  if (machine.isTemplate === isTemplate) return
  if (isTemplate && machine.state !== 'shut-off') {
    throw new StrataError('wrong-state', say('machines.shutDownBeforeBecomes', { machine: machine.name }))
  }
  if (isTemplate && machine.hasSavedState) {
    throw new StrataError('wrong-state', say('machines.savedStateStartShut', { machine: machine.name }))
  }
  // As a machine it would be started, and change what others are built on.
  const built = isTemplate ? null : await whatIsBuiltOn(fileUsers, host, machine)
  if (built !== null) {
    throw new StrataError('busy', say('machines.stayTemplateDeleteWhat', { machine: machine.name, built }))
  }
  const facts = inDefinition((definition) => {
    writeStrataFacts(definition.metadata, { ...readStrataFacts(definition.metadata), isTemplate })
  })
  const autostart = isTemplate ? false : change.autostart
  await changeMachine(changeGround(host, history), uuid, {
    kind: 'changed',
    who: 'user',
    title: isTemplate ? say('machines.madeTemplate') : say('machines.madeMachineAgain'),
    failed: isTemplate
      ? say('machines.couldNotMadeTemplate', { machine: machine.name })
      : say('machines.couldNotMadeMachine', { machine: machine.name }),
    edit: facts,
    ...(autostart !== undefined && {
      act: {
        run: (domain) => domain.setAutostart(autostart),
        isDone: async (domain) => (await domain.getAutostart()) === autostart,
      },
    }),
    lines: [
      virsh(host.uri, 'edit', machine.name),
      ...(isTemplate ? [virsh(host.uri, 'autostart', machine.name, '--disable')] : []),
    ],
    undoing: { kind: 'template', isTemplate: !isTemplate, autostart: machine.autostart },
    ...(change.undoes !== undefined && { undoes: change.undoes }),
  })
}
