import { randomBytes } from 'node:crypto'
import { link, open, readdir, rm, type FileHandle } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { StrataError, systemCodeOf } from '../strata-error.ts'

/**
 * Makes sure that one engine at a time works on a data folder: a second one would take the first one's running
 * jobs for remains of a crash and undo them. The lock is a listening socket in the folder itself, where nobody else
 * can take it: the system ends the listening however its process ends, while the file stays and says nothing.
 *
 * Locks are numbered. Whoever finds the highest one dead makes the next; a name can be made once, so of two only one
 * does. The highest is never removed, not even by its own engine: a number that came again could be held twice.
 * @param dataDir a folder that is this user's alone (own-folder.ts)
 * @param onVisitor told of who else came to this folder; by default they learn only that somebody is here
 * @returns releases it
 * @throws StrataError 'busy'
 */
export async function lockDataFolder(
  dataDir: string,
  onVisitor: (visitor: Socket) => void = (visitor) => void visitor.destroy(),
): Promise<() => Promise<void>> {
  const folder = await open(dataDir, 'r')
  const visitors = new Set<Socket>()
  const server = createServer((visitor) => {
    visitors.add(visitor)
    visitor.on('error', () => visitor.destroy()).once('close', () => visitors.delete(visitor))
    onVisitor(visitor)
  })
  try {
    // Listening before it has its name: between the two a lock would look dead.
    const ownName = `engine-${randomBytes(8).toString('hex')}.new`
    const own = join(dataDir, ownName)
    await listen(server, shortPath(folder, dataDir, ownName))
    try {
      await takeNumber(folder, dataDir, own)
    } finally {
      await rm(own, { force: true })
    }
  } catch (error) {
    await closed(server)
    throw error
  } finally {
    await folder.close()
  }
  server.unref()
  return () => {
    for (const visitor of visitors) visitor.destroy()
    return closed(server)
  }
}

/** Connects to the engine that works on a data folder. Null: none does, as far as can be seen. */
export async function visitLock(dataDir: string): Promise<Socket | null> {
  const folder = await open(dataDir, 'r').catch(() => null) // never used
  if (folder === null) return null
  try {
    const highest = Math.max(0, ...(await numbers(dataDir)))
    return highest === 0 ? null : await connected(shortPath(folder, dataDir, nameOf(highest)))
  } finally {
    await folder.close()
  }
}

/** Null: nobody can be reached there. Whether somebody is there all the same, `isAlive` judges. */
function connected(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const visit = connect(path)
    visit.once('connect', () => resolve(visit))
    visit.once('error', () => resolve(null))
  })
}

const NAME = /^engine-(\d{1,15})\.lock$/
const nameOf = (number: number) => `engine-${number}.lock`

async function takeNumber(folder: FileHandle, dataDir: string, own: string): Promise<void> {
  for (;;) {
    const highest = Math.max(0, ...(await numbers(dataDir)))
    if (highest > 0 && (await isAlive(shortPath(folder, dataDir, nameOf(highest))))) {
      throw new StrataError('busy', say('startup.strataAlreadyRunningUse'), {
        detail: `Data folder: ${dataDir}`,
      })
    }
    const mine = highest + 1
    if (!(await linked(own, join(dataDir, nameOf(mine))))) continue // another was quicker: look at its lock
    const others = (await numbers(dataDir)).filter((number) => number !== mine)
    if (others.every((number) => number < mine)) {
      await Promise.all(others.map((number) => rm(join(dataDir, nameOf(number)), { force: true })))
      return
    }
    await rm(join(dataDir, nameOf(mine)), { force: true }) // looked long ago, and others have come and gone since
  }
}

async function numbers(dataDir: string): Promise<number[]> {
  return (await readdir(dataDir)).flatMap((name) => {
    const digits = NAME.exec(name)?.[1]
    return digits === undefined ? [] : [Number(digits)]
  })
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** A socket's path has 107 bytes at most, which a home folder may exceed; Linux has another name for an open folder. */
function shortPath(folder: FileHandle, dataDir: string, name: string): string {
  return process.platform === 'linux' ? `/proc/self/fd/${folder.fd}/${name}` : join(dataDir, name)
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()))

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const visit = connect(path)
    visit.once('connect', () => {
      visit.destroy()
      resolve(true)
    })
    visit.once('error', (error: NodeJS.ErrnoException) => {
      // Nobody listens, or it went while we looked. Whatever else it is, it is not known to be dead.
      if (['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(error.code ?? '')) resolve(false)
      else if (error.code === 'EAGAIN')
        resolve(true) // so many ask at once that its queue is full
      else reject(error)
    })
  })
}
