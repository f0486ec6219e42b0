import { engineState, nextAttemptAtMs, openPortLine, openSocketLine, useLine } from './engine-link.ts'
import { followMenu, followShell } from './shell-menu.ts'
import { isInElectron, portsFromShell, socketUrl } from './shell.ts'
import { findSession, isSessionOver, socketProtocols } from './web-session.ts'

const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 5_000

/** Ends the wait for the next attempt; replaced by each wait. */
let tryNow: () => void = () => undefined

/** Makes the next attempt at once instead of waiting for its time. */
export function reconnectNow(): void {
  tryNow()
}

function waitForAttempt(delayMs: number): Promise<void> {
  nextAttemptAtMs.value = Date.now() + delayMs
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs)
    tryNow = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}

/** Keeps a socket to the engine open for as long as the window lives. */
async function keepSocket(): Promise<void> {
  await findSession()
  let delayMs = FIRST_DELAY_MS
  for (;;) {
    nextAttemptAtMs.value = null
    try {
      await useLine(openSocketLine(socketUrl('/rpc'), socketProtocols()))
      delayMs = FIRST_DELAY_MS
    } catch {
      if (await isSessionOver()) {
        engineState.value = 'ended'
        return
      }
      engineState.value = 'lost'
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)
    }
    // The jitter keeps several windows from coming back in the same moment.
    await waitForAttempt(delayMs * (0.75 + Math.random() / 2))
  }
}

/** The Electron shell answers each question with a port of the engine that runs then. */
async function keepPort(go: (path: string) => void): Promise<never> {
  for (;;) {
    const { rpc, menu } = await portsFromShell()
    if (menu !== null) followMenu(menu, go)
    await useLine(openPortLine(rpc))
  }
}

/** @param go shows a page: what the application's menu asks for */
export function connectToEngine(go: (path: string) => void): void {
  followShell(go)
  void (isInElectron() ? keepPort(go) : keepSocket())
}
