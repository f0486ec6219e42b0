import { readInnerPoints, type InnerPoints } from '../disk-images/qcow2-snapshots.ts'
import { readImageHeader } from '../disk-images/image-header.ts'
import type { Host } from '../hosts/host.ts'

/** The images' own tables of restore points during one look at a machine: each is read once, by its path. */
export class ImageTables {
  readonly #tables = new Map<string, Promise<InnerPoints | null>>()

  constructor(
    private readonly host: Pick<Host, 'files'>,
    private readonly read = readInnerPoints,
  ) {}

  /** Whether it can be read from here, whatever it is. */
  async isReadable(path: string): Promise<boolean> {
    const { files } = this.host
    return files !== null && (await readImageHeader(files, path)) !== null
  }

  /** Null: it is no qcow2 image, or it cannot be read from here. */
  of(path: string): Promise<InnerPoints | null> {
    const { files } = this.host
    if (files === null) return Promise.resolve(null)
    const known = this.#tables.get(path)
    if (known !== undefined) return known
    const reading = this.read(files, path)
    this.#tables.set(path, reading)
    return reading
  }
}
