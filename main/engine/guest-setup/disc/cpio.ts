/**
 * Archives in cpio's "newc" format (Linux: Documentation/driver-api/early-userspace/buffer-format): what the kernel
 * unpacks at boot. Several archives behind one another count as one, so a file is put into an initrd by appending.
 */

export interface ArchivedFile {
  /** From the root, without a slash in front: 'preseed.cfg', 'strata/finish'. Folders on the way are made. */
  readonly path: string
  readonly content: Uint8Array
  /** Permission bits; 0o600 where it is not given. */
  readonly mode?: number
}

const kinds = { folder: 0o040_000, file: 0o100_000 } as const
const alignment = 4

/** A whole archive with its trailer. Owned by root, dated 1970: the same files give the same bytes. */
export function writeCpio(files: readonly ArchivedFile[]): Uint8Array {
  const parts: Buffer[] = []
  let inode = 1
  const entry = (path: string, mode: number, content: Uint8Array) => {
    const name = Buffer.from(`${path}\0`, 'utf8')
    const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0]
    inode += 1
    const header = `070701${fields.map((field) => field.toString(16).toUpperCase().padStart(8, '0')).join('')}`
    parts.push(padded(Buffer.concat([Buffer.from(header, 'latin1'), name])), padded(Buffer.from(content)))
  }
  for (const folder of foldersOf(files)) entry(folder, kinds.folder | 0o755, new Uint8Array())
  for (const { path, content, mode = 0o600 } of files) entry(path, kinds.file | mode, content)
  entry('TRAILER!!!', 0, new Uint8Array())
  return Buffer.concat(parts)
}

/** Every folder on the way to a file, parents first: the kernel makes none by itself. */
function foldersOf(files: readonly ArchivedFile[]): string[] {
  const folders = new Set<string>()
  for (const { path } of files) {
    const steps = path.split('/')
    for (let depth = 1; depth < steps.length; depth += 1) folders.add(steps.slice(0, depth).join('/'))
  }
  return [...folders]
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)])
}
