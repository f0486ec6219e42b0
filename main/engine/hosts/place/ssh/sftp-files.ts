import type { FileFacts, FolderEntry, HostFiles, OpenHostFile } from '../host-files.ts'
import type { HostPrograms } from '../host-programs.ts'
import type { SftpReader } from './sftp-bytes.ts'
import { sftpRequests, type SftpSession } from './sftp-session.ts'

/** Servers give at least this much at once. */
const pieceBytes = 32 * 1024
const longestTextBytes = 16 * 1024 ** 2
const testPatienceMs = 10_000

const fileTypes: Readonly<Record<number, FileFacts['kind']>> = {
  0o100000: 'file',
  0o040000: 'folder',
  0o120000: 'link',
  0o060000: 'block-device',
}

/** The files of a host, by SFTP. It does not say which number a file has: a hard link is another file here. */
export function sftpFiles(session: SftpSession, programs: HostPrograms, placeName: string): HostFiles {
  const { open, close, read, lstat, setstat, opendir, readdir, remove, realpath, stat, extended } = sftpRequests

  const factsBy = async (type: number, path: string) =>
    factsIn(required((await session.ask(type, path, (packet) => packet.text(path)))?.fields, path))

  async function withHandle<T>(
    path: string,
    opened: Promise<Buffer>,
    work: (handle: Buffer) => Promise<T>,
  ): Promise<T> {
    const handle = await opened
    try {
      return await work(handle)
    } finally {
      await session.ask(close, path, (packet) => packet.text(handle))
    }
  }

  const opening = async (type: number, path: string, forReading: boolean) =>
    required(
      (
        await session.ask(type, path, (packet) =>
          forReading ? packet.text(path).uint32(1).uint32(0) : packet.text(path),
        )
      )?.fields,
      path,
    ).text()

  async function readPart(path: string, handle: Buffer, offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    for (let got = 0; got < lengthBytes;) {
      const wanted = Math.min(pieceBytes, lengthBytes - got)
      const at = offsetBytes + got
      const answer = await session.ask(read, path, (packet) => packet.text(handle).uint64(at).uint32(wanted))
      if (answer === null) break
      const piece = answer.fields.text()
      if (piece.length === 0 || piece.length > wanted) break
      pieces.push(piece)
      got += piece.length
    }
    return Buffer.concat(pieces)
  }

  async function withOpen<T>(path: string, work: (file: OpenHostFile) => Promise<T>): Promise<T> {
    const facts = await factsBy(stat, path)
    // The server would wait for the other end of a pipe, and answer nothing else meanwhile.
    if (facts.kind === 'other') throw refused(path, 'EINVAL', 'is no file to be read')
    if (facts.kind === 'folder') throw refused(path, 'EISDIR', 'is a folder')
    return withHandle(path, opening(open, path, true), (handle) =>
      work({ facts, readAt: (offsetBytes, lengthBytes) => readPart(path, handle, offsetBytes, lengthBytes) }),
    )
  }

  const extendedBy = (name: string, path: string, words: readonly string[]) =>
    session.ask(extended, path, (packet) => words.reduce((so, word) => so.text(word), packet.text(name)))

  async function list(folder: string, mostEntries: number): Promise<FolderEntry[]> {
    return withHandle(folder, opening(opendir, folder, false), async (handle) => {
      const entries: FolderEntry[] = []
      while (entries.length < mostEntries) {
        const answer = await session.ask(readdir, folder, (packet) => packet.text(handle))
        if (answer === null) break
        for (let left = answer.fields.uint32(); left > 0; left -= 1) {
          const name = answer.fields.text().toString('utf8')
          answer.fields.text() // as ls would write it
          const { kind } = factsIn(answer.fields)
          if (name !== '.' && name !== '..') entries.push({ name, kind: kind === 'block-device' ? 'other' : kind })
        }
      }
      return entries.slice(0, mostEntries)
    })
  }

  return {
    placeName,
    sharesPaths: false,
    stat: (path, links = 'follow') => factsBy(links === 'follow' ? stat : lstat, path),
    async realpath(path) {
      const fields = required((await session.ask(realpath, path, (packet) => packet.text(path)))?.fields, path)
      if (fields.uint32() !== 1) throw refused(path, 'EIO', 'has no one path')
      const real = fields.text().toString('utf8')
      await factsBy(stat, real) // the server also names what is not there
      return real
    },
    list,
    withOpen,
    readText: async (path, mostBytes = longestTextBytes) =>
      (await withOpen(path, (file) => file.readAt(0, mostBytes))).toString('utf8'),
    async room(path) {
      const fields = required((await extendedBy('statvfs@openssh.com', path, [path]))?.fields, path)
      fields.uint64()
      const blockBytes = Number(fields.uint64())
      const blocks = Number(fields.uint64())
      fields.uint64()
      return { totalBytes: blocks * blockBytes, availableBytes: Number(fields.uint64()) * blockBytes }
    },
    async mayUse(path, right) {
      const tests = { read: ['-r'], write: ['-w'], 'write-in-folder': ['-w', '-x'] }[right]
      const ends = await Promise.all(
        tests.map((test) => programs.run('test', [test, path], { timeoutMs: testPatienceMs })),
      )
      return ends.every(({ exitCode }) => exitCode === 0)
    },
    async rename(from, to) {
      await extendedBy('posix-rename@openssh.com', from, [from, to])
    },
    async link(from, to) {
      // The server does not say why it made none; what is there is never replaced.
      const isTaken = await factsBy(lstat, to).then(
        () => true,
        (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
      )
      if (isTaken) throw refused(to, 'EEXIST', 'is there already')
      await extendedBy('hardlink@openssh.com', from, [from, to])
    },
    async remove(path) {
      await session.ask(remove, path, (packet) => packet.text(path))
    },
    async changeMode(path, mode) {
      await session.ask(setstat, path, (packet) => packet.text(path).uint32(attributes.mode).uint32(mode))
    },
  }
}

const attributes = { size: 1, owner: 2, mode: 4, times: 8 } as const

function factsIn(fields: SftpReader): FileFacts {
  const flags = fields.uint32()
  const sizeBytes = (flags & attributes.size) === 0 ? 0 : Number(fields.uint64())
  const [ownerId, groupId] = (flags & attributes.owner) === 0 ? [-1, -1] : [fields.uint32(), fields.uint32()]
  const mode = (flags & attributes.mode) === 0 ? 0 : fields.uint32()
  const [, writtenAtSeconds] = (flags & attributes.times) === 0 ? [0, 0] : [fields.uint32(), fields.uint32()]
  return {
    kind: fileTypes[mode & 0o170000] ?? 'other',
    sizeBytes,
    allocatedBytes: null,
    mode: mode & 0o7777,
    ownerId,
    groupId,
    writtenAtNs: BigInt(writtenAtSeconds) * 1_000_000_000n,
    identity: null,
    mark: [sizeBytes, writtenAtSeconds, ownerId, mode].join(' '),
  }
}

function required(fields: SftpReader | undefined, path: string): SftpReader {
  if (fields === undefined) throw refused(path, 'EIO', 'was answered for with nothing')
  return fields
}

const refused = (path: string, code: string, why: string) => Object.assign(new Error(`${path} ${why}`), { code })
