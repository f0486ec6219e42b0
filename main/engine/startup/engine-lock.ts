import { createHash } from 'node:crypto'
import { mkdir, realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { StrataError } from '../strata-error.ts'

/**
 * Makes sure that one engine at a time works on a data folder: a second one would take the first one's running
 * jobs for remains of a crash and undo them. The lock is a listening socket, because the system releases it
 * however its process ends; a file with a process id would outlive it.
 * @returns releases it
 * @throws StrataError 'busy'
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const name = socketName(await realpath(dataDir))
  const server = createServer((visitor) => visitor.destroy())
  try {
    await listen(server, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    if (isFile(name) && !(await isAlive(name))) {
      await rm(name, { force: true })
      await listen(server, name)
    } else {
      throw new StrataError('busy', 'Strata is already running. Use its window, or end it first.', {
        detail: `Data folder: ${dataDir}`,
      })
    }
  }
  server.unref()
  return () => new Promise((resolve) => server.close(() => resolve()))
}

/** Linux has names that are no files and vanish with their process; elsewhere a file is left behind by a crash. */
function socketName(folder: string): string {
  const hash = createHash('sha256').update(`${userInfo().uid}:${folder}`).digest('hex').slice(0, 32)
  return process.platform === 'linux' ? `\0strata-${hash}` : join(tmpdir(), `strata-${hash}.sock`)
}

const isFile = (name: string) => !name.startsWith('\0')

function listen(server: Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(name, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function isAlive(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const visit = connect(name)
    visit.once('connect', () => {
      visit.destroy()
      resolve(true)
    })
    visit.once('error', () => resolve(false))
  })
}
