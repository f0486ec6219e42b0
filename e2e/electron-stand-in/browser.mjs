import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { atExit } from './lifecycle.mjs'

/** @typedef {Record<string, any>} Params */

/** A page, or the browser itself, on the browser's own line of orders. */
export class Target extends EventEmitter {
  /** @param {Browser} browser @param {string | undefined} sessionId */
  constructor(browser, sessionId) {
    super()
    this.browser = browser
    this.sessionId = sessionId
  }
  /** @param {string} method @param {Params} [params] @returns {Promise<any>} */
  order(method, params = {}) {
    return this.browser.send({ method, params, sessionId: this.sessionId })
  }
}

/** Chromium, driven by two pipes; beside them it listens on a port for the tests, which look at its pages. */
class Browser {
  #lastId = 0
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map()
  /** @type {Map<string | undefined, Target>} */
  targets = new Map()
  own = new Target(this, undefined)
  /** @type {import('node:stream').Writable} */
  #orders

  /** @param {import('node:child_process').ChildProcess} child */
  constructor(child) {
    this.targets.set(undefined, this.own)
    this.#orders = /** @type {any} */ (child.stdio[3])
    const answers = /** @type {import('node:stream').Readable} */ (child.stdio[4])
    let rest = ''
    answers.setEncoding('utf8').on('data', (text) => {
      const messages = (rest + text).split('\0')
      rest = messages.pop() ?? ''
      for (const message of messages) this.#hear(JSON.parse(message))
    })
    for (const stream of [this.#orders, answers]) stream.on('error', () => undefined)
  }

  /** @param {object} message */
  send(message) {
    const id = (this.#lastId += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#orders.write(`${JSON.stringify({ id, ...message })}\0`)
    })
  }

  /** @param {{ id?: number, method?: string, params?: Params, sessionId?: string, result?: unknown, error?: { message: string } }} message */
  #hear({ id, method, params = {}, sessionId, result, error }) {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(new Error(error.message))
    } else if (method !== undefined) this.targets.get(sessionId)?.emit(method, params)
  }

  /** A new page in a window of its own. */
  async openPage() {
    const { targetId } = await this.own.order('Target.createTarget', { url: 'about:blank', newWindow: true })
    const { sessionId } = await this.own.order('Target.attachToTarget', { targetId, flatten: true })
    const target = new Target(this, sessionId)
    this.targets.set(sessionId, target)
    return { target, targetId }
  }
}

/** @type {Promise<Browser> | null} */
let started = null

/** The one browser of this app. */
export function browser() {
  started ??= start()
  return started
}

async function start() {
  const profile = mkdtempSync(join(tmpdir(), 'stand-in-profile-'))
  const isRoot = process.getuid?.() === 0
  const child = spawn(
    process.env['STRATA_BROWSER'] ?? '/usr/bin/chromium',
    [
      ...['--headless=new', '--remote-debugging-pipe', '--remote-debugging-port=0', `--user-data-dir=${profile}`],
      ...['--no-first-run', '--disable-background-networking', '--disable-component-update', '--window-size=1280,800'],
      ...(isRoot || process.env['STRATA_STAND_IN_SANDBOX'] === 'off' ? ['--no-sandbox'] : []),
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  )
  atExit.push(async () => {
    const exited = once(child, 'exit')
    if (child.kill('SIGKILL')) await exited
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const browserLine = new Browser(child)
  const portFile = join(profile, 'DevToolsActivePort')
  while (!existsSync(portFile) || !readFileSync(portFile, 'utf8').includes('\n')) {
    if (child.exitCode !== null) throw new Error('The browser ended at its start.')
    await delay(10)
  }
  const report = process.env['STRATA_STAND_IN_REPORT']
  if (report !== undefined) {
    writeFileSync(`${report}.new`, readFileSync(portFile, 'utf8').split('\n')[0] ?? '')
    renameSync(`${report}.new`, report) // whole, or not there
  }
  return browserLine
}
