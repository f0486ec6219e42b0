import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

import { z } from 'zod'

/** A window that does not answer by then is not waited for; a new one is opened. */
const PATIENCE_MS = 2_000

const answer = z.object({ id: z.number(), result: z.unknown().optional(), error: z.unknown().optional() })
const targets = z.object({
  targetInfos: z.array(z.object({ targetId: z.string(), type: z.string(), url: z.string() })),
})
const session = z.object({ sessionId: z.string() })

/**
 * The line on which a browser takes orders from whoever started it, and from nobody else: two pipes that only this
 * process and the browser hold (`--remote-debugging-pipe`). Messages are JSON, each with a NUL at its end.
 */
export class BrowserPipe {
  readonly #orders: Writable
  readonly #waiting = new Map<number, (result: unknown) => void>()
  #lastId = 0
  #rest = ''

  /** Null where the browser was started without the two pipes, as its third and fourth descriptor. */
  static of(child: ChildProcess): BrowserPipe | null {
    const [, , , orders, answers] = child.stdio
    if (orders == null || answers == null || !('write' in orders) || !('read' in answers)) return null
    return new BrowserPipe(orders, answers)
  }

  private constructor(orders: Writable, answers: Readable) {
    this.#orders = orders
    // A browser that ends, or does not know the switch, closes them: then nothing is answered any more.
    for (const stream of [orders, answers]) stream.on('error', () => undefined)
    answers.setEncoding('utf8').on('data', (text: string) => this.#hear(text))
  }

  /**
   * Brings the window that shows pages of `origin` to the front and lets it go to a page of its own.
   * @param page null: it stays where it is
   * @returns false: there is no such window, or the browser does not answer
   */
  async raise(origin: string, page: string | null): Promise<boolean> {
    const patience = AbortSignal.timeout(PATIENCE_MS)
    try {
      const { targetInfos } = targets.parse(await this.#order('Target.getTargets', {}, patience))
      const window = targetInfos.find(({ type, url }) => type === 'page' && url.startsWith(`${origin}/`))
      if (window === undefined) return false
      const { targetId } = window
      await this.#order('Target.activateTarget', { targetId }, patience)
      if (page !== null) {
        const { sessionId } = session.parse(
          await this.#order('Target.attachToTarget', { targetId, flatten: true }, patience),
        )
        // The page listens for it (renderer/shell-menu.ts).
        const expression = `dispatchEvent(new CustomEvent('strata:go', { detail: ${JSON.stringify(page)} }))`
        await this.#order('Runtime.evaluate', { expression }, patience, sessionId)
        await this.#order('Target.detachFromTarget', { sessionId }, patience)
      }
      return true
    } catch {
      return false // whatever it was, a new window does what was asked
    }
  }

  #order(method: string, params: object, patience: AbortSignal, sessionId?: string): Promise<unknown> {
    const id = (this.#lastId += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve)
      patience.addEventListener('abort', () => {
        this.#waiting.delete(id)
        reject(new Error('The browser does not answer.'))
      })
      this.#orders.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  }

  #hear(text: string): void {
    const messages = (this.#rest + text).split('\0')
    this.#rest = messages.pop() ?? ''
    for (const message of messages) {
      const known = answer.safeParse(JSON.parse(message))
      if (!known.success) continue // an event
      this.#waiting.get(known.data.id)?.(known.data.result)
      this.#waiting.delete(known.data.id)
    }
  }
}
