import type { DeletionFile } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { ImageUse, MachineFiles } from '../definitions/machine-files.ts'

/** All that a plan is made from. Paths are real paths: no links. */
export interface DeletionGround {
  readonly machine: MachineFiles
  /** Media that Strata made for this machine alone, such as its seed, and that are still those files. */
  readonly ownMedia: ReadonlySet<string>
  /** Of each file that somebody else needs: who, as a sentence. */
  readonly neededBy: ReadonlyMap<string, Said>
  /** What each image of the machine is built on, from the next to the base. */
  readonly imagesBelow: ReadonlyMap<string, readonly string[]>
  /** What could not be looked at, as a sentence; null: nothing. Then a file that nobody is known to need may be needed. */
  readonly unseen: Said | null
  /** Whether a file lies in a storage pool, where images are made and deleted. */
  readonly isInPool: (path: string) => boolean
  /** False: what lies in no pool can only be deleted there, by hand. */
  readonly reachesFiles: boolean
  /** Room that each file takes now; absent: it is not there or cannot be seen. */
  readonly allocationBytesOf: ReadonlyMap<string, number | null>
  readonly savedStatePath: string | null
  readonly tpmStatePath: string | null
  /** The firmware's variables lie where libvirt itself puts them. */
  readonly hasOwnVariablesPlace: boolean
}

type Fate = Pick<DeletionFile, 'fate' | 'reason'>

const goes: Fate = { fate: 'delete', reason: null }
const stays = (reason: Said): Fate => ({ fate: 'keep', reason })
const asks = (reason: Said): Fate => ({ fate: 'ask', reason })

/**
 * Every file of the machine, and what becomes of it. By itself only goes what is the machine's own, lies where images
 * are kept, and is known to be needed by nobody: a definition may name any file of the host.
 */
export function planDeletion(ground: DeletionGround): DeletionFile[] {
  const { machine } = ground
  const files = new Map<string, DeletionFile>()
  const add = (path: string, role: DeletionFile['role'], fate: Fate) => {
    if (files.has(path)) return
    files.set(path, { path, role, allocationBytes: ground.allocationBytesOf.get(path) ?? null, ...fate })
  }
  for (const image of machine.images) add(image.path, isMedia(image) ? 'media' : 'disk', fateOfImage(image, ground))
  for (const image of machine.images) {
    for (const base of ground.imagesBelow.get(image.path) ?? []) {
      const why = ground.neededBy.get(base) ?? say('machines.imageBelowDiskOthers', { targetDev: image.targetDev })
      add(base, 'disk', stays(why))
    }
  }
  if (machine.nvramPath !== null)
    add(machine.nvramPath, 'firmware-variables', fateOfVariables(machine.nvramPath, ground))
  if (ground.tpmStatePath !== null) add(ground.tpmStatePath, 'tpm-state', goes)
  if (ground.savedStatePath !== null) add(ground.savedStatePath, 'saved-state', goes)
  return [...files.values()]
}

/** Images are deleted one by one; everything else goes with the definition. */
export const isImage = (role: DeletionFile['role']) => role === 'disk' || role === 'media'

export function freedBytes(files: readonly DeletionFile[]): number {
  return files.reduce((sum, file) => sum + (file.fate === 'delete' ? (file.allocationBytes ?? 0) : 0), 0)
}

const isMedia = (image: ImageUse) => image.device === 'cdrom' || image.device === 'floppy' || image.readOnly

function fateOfImage(image: ImageUse, ground: DeletionGround): Fate {
  const { path } = image
  if (isMedia(image) && !ground.ownMedia.has(path)) return stays(say('machines.installationMediaOtherRead'))
  if (image.kind === 'device' || image.device === 'lun') return stays(say('machines.deviceHostNotFile'))
  const need = ground.neededBy.get(path)
  if (need !== undefined) return stays(need)
  if (!ground.allocationBytesOf.has(path)) return stays(say('machines.fileCannotFound'))
  return fateOfUnneeded(path, ground)
}

function fateOfVariables(path: string, ground: DeletionGround): Fate {
  const need = ground.neededBy.get(path)
  if (need !== undefined) return stays(need)
  if (ground.hasOwnVariablesPlace) return ground.unseen === null ? goes : asks(ground.unseen)
  return fateOfUnneeded(path, ground)
}

function fateOfUnneeded(path: string, { isInPool, reachesFiles, unseen }: DeletionGround): Fate {
  if (!isInPool(path)) {
    return reachesFiles ? asks(say('machines.liesNoStoragePool')) : stays(say('machines.liesNoStoragePoolDeleted'))
  }
  return unseen === null ? goes : asks(unseen)
}
