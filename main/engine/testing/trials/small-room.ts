import { execFile } from 'node:child_process'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const chunk = Buffer.alloc(256 * 1024)

/** A folder with a small file system of its own, which can be filled. Only root can make one. */
export class SmallRoom {
  static readonly isPossible = process.getuid?.() === 0

  readonly #ballast: string

  private constructor(readonly path: string) {
    this.#ballast = join(path, '.ballast')
  }

  /** @param path a folder that is there; what is mounted on it belongs to this user afterwards */
  static async make(path: string, mebibytes: number, owner: { userId: number; groupId: number }): Promise<SmallRoom> {
    const options = `size=${mebibytes}m,mode=0755,uid=${owner.userId},gid=${owner.groupId}`
    await run('mount', ['-t', 'tmpfs', '-o', options, 'strata-trial', path])
    return new SmallRoom(path)
  }

  /** Until not a byte more goes in. */
  async fill(): Promise<void> {
    const file = await open(this.#ballast, 'a')
    try {
      for (let size = chunk.length; size > 0;) {
        const { bytesWritten } = await file.write(chunk, 0, size).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return { bytesWritten: 0 }
          throw error
        })
        if (bytesWritten < size) size = Math.floor(size / 2)
      }
    } finally {
      await file.close()
    }
  }

  async free(): Promise<void> {
    await rm(this.#ballast, { force: true })
  }

  async unmount(): Promise<void> {
    await run('umount', ['--lazy', this.path])
  }
}
