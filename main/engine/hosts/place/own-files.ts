import { constants, type BigIntStats } from 'node:fs'
import {
  access,
  chmod,
  link,
  lstat,
  open,
  opendir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  type FileHandle,
} from 'node:fs/promises'

import type { FileFacts, FolderEntry, HostFiles } from './host-files.ts'

const accessModes = {
  read: constants.R_OK,
  write: constants.W_OK,
  'write-in-folder': constants.W_OK | constants.X_OK,
} as const
const longestTextBytes = 16 * 1024 ** 2

/** The files of this computer, as this process may see them. */
export const ownFiles: HostFiles = {
  placeName: 'here',
  sharesPaths: true,
  stat: async (path, links = 'follow') => factsOf(await (links === 'follow' ? stat : lstat)(path, { bigint: true })),
  realpath: (path) => realpath(path),
  list: listFolder,
  async withOpen(path, work) {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      return await work({
        facts: factsOf(await file.stat({ bigint: true })),
        readAt: (offsetBytes, lengthBytes) => readPart(file, offsetBytes, lengthBytes),
      })
    } finally {
      await file.close()
    }
  },
  readText: async (path, mostBytes = longestTextBytes) =>
    (await readFile(path)).subarray(0, mostBytes).toString('utf8'),
  async room(path) {
    const { bavail, blocks, bsize } = await statfs(path)
    return { totalBytes: blocks * bsize, availableBytes: bavail * bsize }
  },
  mayUse: (path, right) =>
    access(path, accessModes[right]).then(
      () => true,
      () => false,
    ),
  rename: (from, to) => rename(from, to),
  link: (from, to) => link(from, to),
  remove: (path) => rm(path),
  changeMode: (path, mode) => chmod(path, mode),
}

function factsOf(found: BigIntStats): FileFacts {
  const { dev, ino, size, blocks, mode, uid, gid, nlink, mtimeNs, ctimeNs, birthtimeNs } = found
  return {
    kind: kindOf(found),
    sizeBytes: Number(size),
    allocatedBytes: Number(blocks) * 512,
    mode: Number(mode) & 0o7777,
    ownerId: Number(uid),
    groupId: Number(gid),
    writtenAtNs: mtimeNs,
    identity: { device: String(dev), inode: String(ino), bornNs: String(birthtimeNs), linkCount: Number(nlink) },
    // The time of the change is looked at too, since that of the content can be set by hand.
    mark: [dev, ino, size, mtimeNs, ctimeNs].join(' '),
  }
}

function kindOf(found: BigIntStats): FileFacts['kind'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  if (found.isSymbolicLink()) return 'link'
  return found.isBlockDevice() ? 'block-device' : 'other'
}

async function listFolder(folder: string, mostEntries: number): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = []
  for await (const entry of await opendir(folder)) {
    if (entries.length >= mostEntries) break
    const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other'
    entries.push({ name: entry.name, kind })
  }
  return entries
}

async function readPart(file: FileHandle, offsetBytes: number, lengthBytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(lengthBytes), 0, lengthBytes, offsetBytes)
  return buffer.subarray(0, bytesRead)
}
