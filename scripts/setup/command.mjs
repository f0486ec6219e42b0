import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository's root, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Process groups that are running: they end with this process. @type {Set<number>} */
const groups = new Set()

/** A program that has the terminal: signals are its business. @type {import('node:child_process').ChildProcess | undefined} */
let foreground

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    // Ctrl-C reaches everything on the terminal by itself; what was sent to us alone is passed on.
    if (foreground !== undefined) {
      if (signal !== 'SIGINT') foreground.kill(signal)
      return
    }
    // A test runner takes SIGINT as "clean up and end"; anything harder would leave its daemons behind.
    for (const group of groups) signalGroup(group, 'SIGINT')
    process.exit(130)
  })
}

/**
 * @param {number} group
 * @param {NodeJS.Signals} signal
 */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal)
  } catch (error) {
    // The group ended by itself in between.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd] the repository's root unless told
 * @property {NodeJS.ProcessEnv} [env] added to this process's environment
 * @property {(line: string) => void} [onLine] gets each line of output as it comes
 * @property {number} [timeoutMs] the program and all that it started are ended then; code 124
 */

/**
 * Runs a program, without a shell, and gathers what it says.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} `output`: stdout and stderr as they came; code 127: not found
 */
export function runCommand(program, args, { cwd = root, env = {}, onLine, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that an interrupted run leaves no grandchild behind.
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const group = child.pid
    if (group !== undefined) groups.add(group)
    let output = ''
    const take = (/** @type {string} */ text) => {
      output += text
      const line = text.trimEnd().split('\n').at(-1)?.trim()
      if (line !== undefined && line !== '') onLine?.(line)
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.on('error', (error) => {
      if ('code' in error && error.code === 'ENOENT') resolve({ code: 127, output: `${program}: not found` })
      else reject(error)
    })
    let isLate = false
    const patience =
      timeoutMs === undefined || group === undefined
        ? undefined
        : setTimeout(() => {
            isLate = true
            signalGroup(group, 'SIGKILL')
          }, timeoutMs)
    child.on('close', (code) => {
      clearTimeout(patience)
      if (group !== undefined) groups.delete(group)
      resolve({ code: isLate ? 124 : (code ?? 1), output })
    })
  })
}

/**
 * Runs a program on this terminal (a password prompt, the app itself) and gives its exit code.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */
export function runOnTerminal(program, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' })
    foreground = child
    child.on('error', reject)
    child.on('close', (code, signal) => {
      foreground = undefined
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })
}
