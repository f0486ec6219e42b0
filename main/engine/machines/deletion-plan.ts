import type { DeletionPlan, Machine } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { DomainXml } from 'node-libvirt/xml'

import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import { versionAtLeast } from '../libvirt-version.ts'
import { toStrataError } from '../strata-error.ts'
import { daemonFolders } from './daemon-folders.ts'
import { gatherDeletion } from './gather-deletion.ts'
import { freedBytes, planDeletion } from './plan-deletion.ts'
import { hasTpmState, keepsTpmSince } from './undefine.ts'

/** What a deletion would do, looked up afresh: it is asked before the user decides and again before anything is deleted. */
export async function deletionPlan(
  host: Host,
  uuid: string,
  parts: Pick<EngineParts, 'folders' | 'settings' | 'fileUsers'>,
): Promise<DeletionPlan> {
  const machine = host.inventory.requireMachine(uuid)
  const folders = daemonFolders(host)
  try {
    const ground = await gatherDeletion(parts, host, machine, folders)
    const files = planDeletion(ground)
    return {
      name: machine.name,
      state: machine.state,
      files,
      freedBytes: freedBytes(files),
      restorePointCount: await host.slow(async (connection) =>
        (await connection.domainLookupByUUID(uuid)).snapshotNum(),
      ),
      trashUnavailable: await trashUnavailable(host, machine),
      keepsNot: (await losesTpmState(host, machine)) ? tpmIsLost : null,
      trashDays: parts.settings.read().trashDays,
    }
  } catch (error) {
    throw toStrataError(error, say('machines.whatBelongsCouldNot', { machine: machine.name }))
  }
}

/** The trash keeps the definition and the files where they lie; what libvirt throws away with a definition it cannot keep. */
export async function trashUnavailable(host: Host, machine: Machine): Promise<Said | null> {
  if (!machine.persistent) return say('machines.machineNoDefinitionCould')
  if (machine.hasSavedState) return say('machines.savedStateCannotLie')
  return (await losesTpmState(host, machine)) ? tpmIsLost : null
}

const tpmIsLost = say('machines.libvirtDeletesStateTpm', { keepsTpmSince })

function losesTpmState(host: Host, { uuid }: Machine): Promise<boolean> {
  return host.slow(async (connection) => {
    if (versionAtLeast(await connection.getLibVersion(), keepsTpmSince)) return false
    return hasTpmState(DomainXml.parse(await (await connection.domainLookupByUUID(uuid)).getXMLDesc(['inactive'])))
  })
}
