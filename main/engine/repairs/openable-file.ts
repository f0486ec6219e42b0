import { contentHeadBytes, isDisk, readDiskContent } from '../disk-images/disk-content.ts'
import { detectFormat } from '../disk-images/image-format.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'

/**
 * Whether a file may be opened to the user that runs QEMU: a machine of this host uses it, or, for reading, it is by
 * its own content a medium or an image that a new machine could be made from. Any other file of the user's is none of
 * QEMU's business, whoever asks.
 */
export async function isForQemu(
  fileUsers: FileUsers,
  host: Host,
  path: string,
  right: 'read' | 'read-write',
): Promise<boolean> {
  if (right === 'read' && (await isMedium(host, path))) return true
  return isUsed(fileUsers, host, path)
}

async function isMedium({ files }: Host, path: string): Promise<boolean> {
  if (files === null) return false
  try {
    return await files.withOpen(path, async (file) => {
      if (file.facts.kind !== 'file') return false
      const { kind } = await detectFormat((offset, length) => file.readAt(offset, length), file.facts.sizeBytes)
      return kind !== 'plain' || isDisk(readDiskContent(await file.readAt(0, contentHeadBytes)))
    })
  } catch {
    return false // what cannot be looked into may still be a machine's
  }
}

/** A machine's own need counts, not that of what only lies about. */
async function isUsed(fileUsers: FileUsers, host: Host, path: string): Promise<boolean> {
  const uses = await (await fileUsers.ask({ host, paths: [path] })).of(path)
  return uses.some(({ owner }) => owner.kind === 'machine' && owner.hostId === host.id)
}
