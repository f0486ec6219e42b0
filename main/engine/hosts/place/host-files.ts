/** What is known of a file without reading it. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'block-device' | 'other'
  readonly sizeBytes: number
  /** The room that it takes; null: this place does not say. */
  readonly allocatedBytes: number | null
  /** Rights, with set-user-id and the like: `0o7777` of what the kernel keeps. */
  readonly mode: number
  readonly ownerId: number
  readonly groupId: number
  /** Since 1970, as exactly as this place keeps it. */
  readonly writtenAtNs: bigint
  /** Which file it is, whatever its path; null: this place does not say. */
  readonly identity: FileIdentity | null
  /** The same as long as nobody wrote to the file or put another in its place, as far as this place can tell. */
  readonly mark: string
}

export interface FileIdentity {
  readonly device: string
  readonly inode: string
  /** When it was made; a number that is used again belongs to another file. */
  readonly bornNs: string
  readonly linkCount: number
}

export interface FolderEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
}

/** A file that is open to be read. */
export interface OpenHostFile {
  readonly facts: FileFacts
  /** Fewer bytes than asked for at the end of the file. */
  readAt(offsetBytes: number, lengthBytes: number): Promise<Buffer>
}

/**
 * The files of a host, as one user of it sees them. Where a host has none, its files cannot be seen from here. What fails
 * has the system's code in `code`, as Node's own errors do: ENOENT, EACCES.
 */
export interface HostFiles {
  /** Hosts of one name see the same files. */
  readonly placeName: string
  /** A path names the same file for programs of this computer, which can be given it, or given it open. */
  readonly sharesPaths: boolean
  /** @param links 'follow' when not given; 'keep': what a link itself is */
  stat(path: string, links?: 'follow' | 'keep'): Promise<FileFacts>
  /** The path without links. */
  realpath(path: string): Promise<string>
  /** @param mostEntries there may be more; no order */
  list(folder: string, mostEntries: number): Promise<readonly FolderEntry[]>
  /** Never waits for the other end of a pipe. */
  withOpen<T>(path: string, work: (file: OpenHostFile) => Promise<T>): Promise<T>
  /** A text that the system keeps, such as /etc/group; its beginning where it is longer. */
  readText(path: string, mostBytes?: number): Promise<string>
  /** Of the file system that the path lies in. What its keeper holds back is not available. */
  room(path: string): Promise<{ readonly totalBytes: number; readonly availableBytes: number }>
  /** Whether the user by whom the files are seen may do this. */
  mayUse(path: string, right: 'read' | 'write' | 'write-in-folder'): Promise<boolean>
  /** Puts a file in the place of another, at once. */
  rename(from: string, to: string): Promise<void>
  /** A second name; EEXIST where there is a file of it. */
  link(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  changeMode(path: string, mode: number): Promise<void>
}
