import { readInnerPoints, type InnerPoints } from '../disk-images/qcow2-snapshots.ts'
import { filesAreHere } from '../hosts/files-here.ts'
import type { Host } from '../hosts/host.ts'

/** The images' own tables of restore points during one look at a machine: each is read once, by its path. */
export class ImageTables {
  readonly #tables = new Map<string, Promise<InnerPoints | null>>()

  constructor(
    private readonly host: Pick<Host, 'kind'>,
    private readonly read: (path: string) => Promise<InnerPoints | null> = readInnerPoints,
  ) {}

  /** Null: it is no qcow2 image, or it cannot be read from here. */
  of(path: string): Promise<InnerPoints | null> {
    if (!filesAreHere(this.host)) return Promise.resolve(null)
    const known = this.#tables.get(path)
    if (known !== undefined) return known
    const reading = this.read(path)
    this.#tables.set(path, reading)
    return reading
  }
}
