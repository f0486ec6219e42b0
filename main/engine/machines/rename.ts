import type { Machine } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { DomainXml } from 'node-libvirt/xml'

import { changeMachine, inDefinition, type MachineChange } from '../definitions/change-machine.ts'
import { readStrataFacts, writeStrataFacts } from '../definitions/strata-metadata.ts'
import { virsh } from '../definitions/terminal-lines.ts'
import type { HistoryStore } from '../history/history-store.ts'
import { changeGround } from '../hosts/change-ground.ts'
import type { Host } from '../hosts/host.ts'
import { orNullWhenGone } from '../hosts/or-null-when-gone.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { impliedNvramPath, type DaemonFolders } from './daemon-folders.ts'

const isOff = (machine: Machine) => machine.state === 'shut-off' || machine.state === 'crashed'

export interface Renaming {
  readonly name: string
  /** 'strata': the user chose the name while the machine ran. */
  readonly who: 'user' | 'strata'
  /** The title that it has besides; null: none, so that nothing hides the name. */
  readonly title?: string | null
  /** The entry of the history that this takes back. */
  readonly undoes?: string
}

/** libvirt changes a name only while the machine is off; one that runs shows the new name as its title until then. */
export async function renameMachine(
  { history }: { readonly history: HistoryStore },
  host: Host,
  uuid: string,
  renaming: Renaming,
  folders: DaemonFolders | null,
): Promise<void> {
  const machine = host.inventory.requireMachine(uuid)
  const { name, who, undoes } = renaming
  requireFree(host, uuid, name)
  const failed = say('machines.couldNotRenamed', { machine: machine.name, name })
  if (!machine.persistent) return titleOnly(host, uuid, name, failed)
  await changeMachine(changeGround(host, history), uuid, {
    kind: 'renamed',
    title: who === 'user' ? say('machines.renamedTo', { name }) : say('machines.gotNameChosenWhile', { name }),
    who,
    failed,
    ...(undoes !== undefined && { undoes }),
    ...(isOff(machine) ? nowThatItIsOff(host, machine, renaming, folders) : whileItRuns(host, machine, renaming)),
  })
}

type Way = Pick<MachineChange, 'edit' | 'live' | 'act' | 'lines' | 'undoing'>

function requireFree(host: Host, uuid: string, name: string): void {
  if (host.inventory.machines().some((other) => other.uuid !== uuid && other.name === name)) {
    throw new StrataError('already-exists', say('machines.thereAlreadyMachineNamed', { name, host: host.label }), {
      field: 'name',
    })
  }
}

function nowThatItIsOff(
  host: Host,
  machine: Machine,
  { name, title = null }: Renaming,
  folders: DaemonFolders | null,
): Way {
  if (machine.hasSavedState) {
    throw new StrataError('wrong-state', say('machines.savedStateBoundName', { machine: machine.name }))
  }
  return {
    edit: inDefinition((definition) => {
      definition.title = title // else the old title would go on hiding the new name
      writeStrataFacts(definition.metadata, { ...readStrataFacts(definition.metadata), nextName: null })
      keepFirmwareVariables(definition, machine, folders)
    }),
    act: {
      run: async (domain) => {
        if (name !== machine.name) await domain.rename(name)
      },
      isDone: (domain) => Promise.resolve(domain.name === name),
    },
    lines: name === machine.name ? [] : [virsh(host.uri, 'domrename', machine.name, name)],
    undoing:
      name === machine.name
        ? { kind: 'none', why: say('machines.nameAlready') }
        : { kind: 'name', before: machine.name, after: name, title: machine.title },
  }
}

/** libvirt derives the place of a UEFI machine's variables from its name: renamed, it would begin with empty ones. */
function keepFirmwareVariables(definition: DomainXml, machine: Machine, folders: DaemonFolders | null): void {
  if (definition.os.firmware !== 'efi' || definition.os.nvram.path !== null || folders === null) return
  definition.os.nvram.path = impliedNvramPath(folders, machine.name)
}

function whileItRuns(host: Host, machine: Machine, { name, title: wanted = null }: Renaming): Way {
  const waits = name !== machine.name
  const title = waits ? name : wanted
  return {
    edit: inDefinition((definition) => {
      definition.title = title
      writeStrataFacts(definition.metadata, {
        ...readStrataFacts(definition.metadata),
        nextName: waits ? name : null,
      })
    }),
    live: (domain) => domain.setMetadata('title', title, ['live']),
    lines: [virsh(host.uri, 'desc', machine.name, '--live', '--config', '--title', title ?? '')],
    undoing: waits
      ? { kind: 'name', before: machine.name, after: name, title: machine.title }
      : { kind: 'none', why: say('machines.chooseAnotherName') },
  }
}

/** It disappears when it stops: a title is all that it can get. */
async function titleOnly(host: Host, uuid: string, name: string, failed: Said): Promise<void> {
  try {
    await host.slow(async (connection) =>
      (await connection.domainLookupByUUID(uuid)).setMetadata('title', name, ['live']),
    )
  } catch (error) {
    throw toStrataError(error, failed)
  }
  await host.inventory.reloadMachine(uuid)
}

/** The name that was chosen while the machine ran, given now that it is off. Null: none waits. */
export async function renameAsAsked(
  parts: { readonly history: HistoryStore },
  host: Host,
  uuid: string,
  folders: DaemonFolders | null,
): Promise<string | null> {
  const xml = await orNullWhenGone(
    host.slow(async (connection) => (await connection.domainLookupByUUID(uuid)).getXMLDesc(['inactive'])),
  )
  const nextName = xml === null ? null : readStrataFacts(DomainXml.parse(xml).metadata).nextName
  if (nextName !== null) await renameMachine(parts, host, uuid, { name: nextName, who: 'strata' }, folders)
  return nextName
}
