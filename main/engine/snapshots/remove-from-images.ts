import { say } from '@strata/contract/words/say.ts'

import { whyNeeded } from '../disk-images/file-use-words.ts'
import { runImageTool, toolLimits } from '../disk-images/image-tool.ts'
import { readInnerPoints } from '../disk-images/qcow2-snapshots.ts'
import { filesForPrograms } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import { StrataError } from '../strata-error.ts'
import { findForgotten, forgottenRemoveBlocked, type Forgotten, type ForgottenEntry } from './forgotten.ts'
import { ownerOf, type PointParts } from './job-parts.ts'
import { lookAtMachine } from './machine-now.ts'
import { pointsOf } from './read-points.ts'

/** Removes a point that libvirt does not know from the images that hold it. The machine has to be off. */
export async function removeFromImages(parts: PointParts, key: string): Promise<void> {
  const { name, entries } = await lookForRemoval(parts, key)
  await refuseNeeded(parts, entries)
  // Once more, as the question took its time; QEMU's own lock refuses an image that is in use since.
  await lookForRemoval(parts, key)
  const files = filesForPrograms(parts.host)
  for (const entry of entries) await removeEntry(files, name, entry)
}

/** @throws StrataError when it is not there any more, or may not be removed now */
async function lookForRemoval(parts: PointParts, key: string): Promise<Forgotten> {
  const { host, machine } = parts
  return host.slow(async (connection) => {
    const now = await lookAtMachine(host, connection, machine)
    const found = (await findForgotten(now, await pointsOf(now.domain))).find((each) => each.key === key)
    if (found === undefined) throw new StrataError('not-found', say('snapshots.imagesDoNotHold'))
    const blocked = forgottenRemoveBlocked(now, found)
    if (blocked !== null) throw new StrataError('wrong-state', blocked)
    return found
  })
}

/** An image can be in another machine's list of points: then it is not forgotten. */
async function refuseNeeded(parts: PointParts, entries: readonly ForgottenEntry[]): Promise<void> {
  const paths = entries.map(({ path }) => path)
  const uses = await parts.fileUsers.ask({ host: parts.host, paths, except: [ownerOf(parts)] })
  for (const path of paths) {
    const use = (await uses.of(path)).find(({ role, through }) => role === 'restore-point' || through === 'itself')
    if (use !== undefined)
      throw new StrataError('wrong-state', say('snapshots.pointsMayNeeded', { path, whyNeeded: whyNeeded(use) }))
  }
}

/**
 * QEMU's tool takes a name, and the first point of the table that has it (measured with 7.2: no number of a point): that it
 * is the right one is made sure of before, and looked at after.
 */
async function removeEntry(files: HostFiles, name: string, { path, entry, targetDev }: ForgottenEntry): Promise<void> {
  const failed = say('snapshots.pointCouldNotRemoved', { name, targetDev })
  const first = (await readInnerPoints(files, path))?.get(name)?.[0]
  if (first?.id !== entry.id || first.mark !== entry.mark)
    throw new StrataError('wrong-state', say('snapshots.imageChanged', { failed }))
  const options = `driver=qcow2,file.driver=file,file.filename=${path.replaceAll(',', ',,')}`
  const end = await runImageTool(['snapshot', '-d', name, '--image-opts', options], {
    limits: toolLimits.question,
    descriptors: [],
    sees: 'files',
  })
  const left = await readInnerPoints(files, path)
  if (left === null || left.get(name)?.some(({ mark }) => mark === entry.mark) === true)
    throw new StrataError('internal', failed, { detail: end.errorText })
}
