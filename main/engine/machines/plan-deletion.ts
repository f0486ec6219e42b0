import type { DeletionFile } from '@strata/contract/machines.ts'

import type { ImageUse, MachineFiles } from '../definitions/machine-files.ts'

/** All that a plan is made from. Paths are real paths: no links. */
export interface DeletionGround {
  readonly machine: MachineFiles
  readonly others: readonly MachineFiles[]
  /** Which image lies below which, as far as the host's storage tells. */
  readonly backingPathOf: ReadonlyMap<string, string>
  /** Room that each file takes now; absent: it is not there or cannot be seen. */
  readonly allocationBytesOf: ReadonlyMap<string, number | null>
  readonly savedStatePath: string | null
  readonly tpmStatePath: string | null
}

/** Every file of the machine, and what becomes of it: only what is the machine's own is ever deleted. */
export function planDeletion(ground: DeletionGround): DeletionFile[] {
  const { machine } = ground
  const files = new Map<string, DeletionFile>()
  const add = (path: string, role: DeletionFile['role'], keptBecause: string | null) => {
    if (files.has(path)) return
    const allocationBytes = ground.allocationBytesOf.get(path) ?? null
    files.set(path, {
      path,
      role,
      allocationBytes,
      fate: keptBecause === null ? 'delete' : 'keep',
      reason: keptBecause,
    })
  }
  const uses = usesByOthers(ground)
  for (const image of machine.images)
    add(image.path, isMedia(image) ? 'media' : 'disk', whyImageIsKept(image, ground, uses))
  for (const image of machine.images) {
    for (const base of chainBelow(image, ground)) {
      add(base, 'disk', uses.get(base) ?? `The image below disk ${image.targetDev}. Others may be built on it.`)
    }
  }
  if (machine.nvramPath !== null) add(machine.nvramPath, 'firmware-variables', uses.get(machine.nvramPath) ?? null)
  if (ground.tpmStatePath !== null) add(ground.tpmStatePath, 'tpm-state', null)
  if (ground.savedStatePath !== null) add(ground.savedStatePath, 'saved-state', null)
  return [...files.values()]
}

/** Images are deleted one by one; everything else goes with the definition. */
export const isImage = (role: DeletionFile['role']) => role === 'disk' || role === 'media'

export function freedBytes(files: readonly DeletionFile[]): number {
  return files.reduce((sum, file) => sum + (file.fate === 'delete' ? (file.allocationBytes ?? 0) : 0), 0)
}

const isMedia = (image: ImageUse) => image.device === 'cdrom' || image.device === 'floppy' || image.readOnly

function whyImageIsKept(image: ImageUse, ground: DeletionGround, uses: ReadonlyMap<string, string>): string | null {
  if (isMedia(image) && !ground.machine.ownMedia.includes(image.path))
    return 'Installation media and other read-only images are kept.'
  if (image.kind === 'device' || image.device === 'lun') return 'It is a device of the host, not a file.'
  const use = uses.get(image.path)
  if (use !== undefined) return use
  return ground.allocationBytesOf.has(image.path) ? null : 'The file cannot be found.'
}

/** Why each path that somebody else needs is needed. */
function usesByOthers(ground: DeletionGround): Map<string, string> {
  const { machine, others, backingPathOf } = ground
  const uses = new Map<string, string>()
  const note = (path: string, reason: string) => void (uses.has(path) || uses.set(path, reason))
  for (const other of others) {
    for (const image of other.images) note(image.path, `It is also a disk of “${other.name}”.`)
    if (other.nvramPath !== null) note(other.nvramPath, `“${other.name}” uses it too.`)
  }
  for (const other of others) {
    for (const image of other.images)
      for (const base of chainBelow(image, ground)) note(base, `A disk of “${other.name}” is built on it.`)
  }
  // Images that belong to no machine: templates' children, disks in the trash, work of other programs.
  const own = new Set(machine.images.map((image) => image.path))
  for (const [upper, base] of backingPathOf) if (!own.has(upper)) note(base, `The image ${upper} is built on it.`)
  return uses
}

/** The images below one, from the next to the base. What the storage says goes on from what the guest was told. */
export function chainBelow(
  image: Pick<ImageUse, 'path' | 'backingPaths'>,
  { backingPathOf }: Pick<DeletionGround, 'backingPathOf'>,
): string[] {
  const chain: string[] = []
  const seen = new Set([image.path])
  const add = (path: string | undefined) => {
    for (let at = path; at !== undefined && !seen.has(at); at = backingPathOf.get(at)) {
      seen.add(at)
      chain.push(at)
    }
  }
  for (const path of image.backingPaths) add(path)
  add(backingPathOf.get(image.path))
  return chain
}
