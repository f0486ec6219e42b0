import type { RepairAction } from '@strata/contract/repairs.ts'

import type { EngineParts } from '../engine-parts.ts'
import { powerMachine } from '../machines/power.ts'
import { makeDefaultPool, requireDefaultPoolFolder } from '../storage/default-pool.ts'
import { changePort } from '../repairs/change-port.ts'
import { copyIntoPool } from './copy-into-pool.ts'
import { makeDefaultNetwork } from '../repairs/default-network.ts'
import { applyEdit, isEdit } from '../definitions/definition-edits.ts'
import { editWords } from '../definitions/edit-words.ts'
import { editDefinition } from '../repairs/edit-definition.ts'
import { requireEmulatorOf } from '../repairs/emulators.ts'
import { ejectMedia } from '../repairs/eject-media.ts'
import { grantAccess } from '../repairs/grant-access.ts'
import { rebaseImage } from './image-repairs.ts'
import { mendImage } from './mend-image.ts'
import { installPackages } from '../repairs/install-packages.ts'
import { makeBridge } from '../repairs/make-bridge.ts'
import { requireOwnDisk } from './require-own-disk.ts'
import { setSavedStateAside } from './saved-state-aside.ts'
import { startNetwork, startPool } from '../repairs/start-stored.ts'

/** Does what a repair's button promises; returns when it is done and in the picture. */
export async function runRepair(
  {
    hosts,
    jobs,
    fileUsers,
    history,
    folders,
  }: Pick<EngineParts, 'hosts' | 'jobs' | 'fileUsers' | 'history' | 'folders'>,
  action: RepairAction,
): Promise<void> {
  const host = hosts.get(action.hostId)
  if (action.kind === 'set-emulator') await requireEmulatorOf(host, action.path)
  if (action.kind === 'relink-disk') await requireOwnDisk(fileUsers, host, action)
  if (isEdit(action)) {
    const words = editWords(host.uri, host.inventory.requireMachine(action.uuid), action)
    return editDefinition(history, host, action.uuid, words, (definition) => {
      applyEdit(definition, action)
    })
  }
  switch (action.kind) {
    case 'reconnect-host':
      return host.reconnect()
    case 'start-daemon':
      return host.startDaemon()
    case 'make-default-pool':
      await makeDefaultPool(host, requireDefaultPoolFolder(host))
      return
    case 'start-pool':
      return startPool(host, action.poolUuid)
    case 'start-network':
      return startNetwork(host, action.networkUuid)
    case 'make-default-network':
      return makeDefaultNetwork(host)
    case 'install-packages':
      return installPackages(host, jobs, action)
    case 'make-bridge':
      return makeBridge(host, action)
    case 'grant-access':
      return grantAccess(fileUsers, host, action)
    case 'force-off':
      return powerMachine({ fileUsers, history, folders }, host, action.uuid, 'force-off')
    case 'eject-media':
      return ejectMedia(history, host, action.uuid, action.targetDev)
    case 'copy-into-pool':
      return copyIntoPool(history, host, jobs, action)
    case 'rebase-image':
      return rebaseImage(host, fileUsers, action)
    case 'mend-image':
      return mendImage(host, jobs, fileUsers, action)
    case 'change-port':
      return changePort(history, host, action)
    case 'set-saved-state-aside':
      return setSavedStateAside(host, action)
  }
}
