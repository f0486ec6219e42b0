import { readFile } from 'node:fs/promises'

import { hostLabel, hostUri } from '@strata/contract/hosts.ts'
import { hostId } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import { z } from 'zod'

import { replaceFile } from '../replace-file.ts'
import { setAside } from '../set-aside.ts'
import { systemCodeOf, toStrataError } from '../strata-error.ts'
import { parseHostAddress } from './place/host-address.ts'

const storedHost = z.object({ id: hostId, label: hostLabel, uri: hostUri.refine(isAddress) })
export type StoredHost = z.infer<typeof storedHost>

const storedHosts = z.object({ hosts: z.array(storedHost).max(1_000) })

/** What became of a file that could not be understood. */
export interface BrokenHostFile {
  readonly path: string
  readonly setAsidePath: string | null
  readonly cause: unknown
}

/** The hosts that were added in Strata, in one JSON file that is always whole. */
export class HostFile {
  /** Changes are written one after the other, so that the file ends as the last one said. */
  #lastWrite: Promise<void> = Promise.resolve()

  private constructor(
    private readonly path: string,
    private hosts: readonly StoredHost[],
  ) {}

  /** A file that is missing holds none. One that cannot be understood is set aside as it is, and told of. */
  static async open(path: string, tell: (broken: BrokenHostFile) => void): Promise<HostFile> {
    try {
      return new HostFile(path, storedHosts.parse(JSON.parse(await readFile(path, 'utf8'))).hosts)
    } catch (cause) {
      if (systemCodeOf(cause) !== 'ENOENT') tell({ path, setAsidePath: await setAside(path), cause })
      return new HostFile(path, [])
    }
  }

  list(): readonly StoredHost[] {
    return this.hosts
  }

  /** In the file or, when that fails, nowhere. */
  async change(edit: (hosts: readonly StoredHost[]) => readonly StoredHost[]): Promise<void> {
    const work = this.#lastWrite.then(async () => {
      const hosts = edit(this.hosts)
      await replaceFile(this.path, `${JSON.stringify({ hosts }, null, 2)}\n`)
      this.hosts = hosts
    })
    this.#lastWrite = work.catch(() => undefined) // told to the caller below
    try {
      await work
    } catch (error) {
      throw toStrataError(error, say('hosts.listHostsCouldNot', { path: this.path }))
    }
  }
}

function isAddress(uri: string): boolean {
  try {
    parseHostAddress(uri)
    return true
  } catch {
    return false
  }
}
