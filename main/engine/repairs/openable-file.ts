import { contentHeadBytes, isDisk, readDiskContent } from '../disk-images/disk-content.ts'
import { detectFormat } from '../disk-images/image-format.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'
import { withLocalFile } from '../this-computer/local-file.ts'

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
  if (right === 'read' && (await isMedium(path))) return true
  return isUsed(fileUsers, host, path)
}

async function isMedium(path: string): Promise<boolean> {
  try {
    return await withLocalFile(path, 'path', async ({ sizeBytes, readAt }) => {
      const { kind } = await detectFormat(readAt, sizeBytes)
      return kind !== 'plain' || isDisk(readDiskContent(await readAt(0, contentHeadBytes)))
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
