import { createHash } from 'node:crypto'
import { readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from './lifecycle.mjs'

/** @typedef {{ argv: string[], cwd: string, additionalData: unknown }} Said */

/** @param {string} path @returns {number | null} who holds the lock; null: nobody that lives */
function holderOf(path) {
  try {
    const pid = Number(readlinkSync(path))
    process.kill(pid, 0)
    return pid
  } catch {
    return null
  }
}

/**
 * The lock lies in the user's data folder; whoever does not get it has sent its words to the one that has.
 * @param {string} userData
 * @param {Said} own
 * @param {(said: Said) => void} onSecond
 */
export function takeInstanceLock(userData, own, onSecond) {
  const lock = join(userData, 'SingletonLock')
  const socket = join(tmpdir(), `stand-in-${createHash('sha256').update(userData).digest('hex').slice(0, 20)}`)
  if (holderOf(lock) !== null) {
    // Sent before this process may end.
    atExit.push(
      () =>
        new Promise((resolve) => {
          const line = connect(socket, () => line.end(JSON.stringify(own)))
          line.once('close', () => resolve()).on('error', () => resolve())
        }),
    )
    return false
  }
  rmSync(lock, { force: true })
  rmSync(socket, { force: true })
  symlinkSync(String(process.pid), lock)
  const server = createServer((visitor) => {
    let text = ''
    visitor.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part))
    visitor.once('end', () => onSecond(JSON.parse(text)))
  }).listen(socket)
  server.unref()
  atExit.push(() => rmSync(lock, { force: true }))
  return true
}
