import { takenToken } from './opening-token.ts'

/** Where the sign-in page puts the session's secret. Unlike a cookie it is of this port alone, and outlives a reload. */
const STORAGE_KEY = 'strata-session'
const SUBPROTOCOL = 'strata'
/** Another window of ours answers within a frame or two. */
const ASK_FOR_MS = 200

type Message = { readonly type: 'wanted' } | { readonly type: 'secret'; readonly secret: string }

const isMessage = (data: unknown): data is Message => typeof data === 'object' && data !== null && 'type' in data

/** Windows of one origin, that is of this very server, give the session on to one another. */
function shareWithNewWindows(): void {
  const windows = new BroadcastChannel(STORAGE_KEY)
  windows.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const secret = sessionStorage.getItem(STORAGE_KEY)
    if (isMessage(data) && data.type === 'wanted' && secret !== null) windows.postMessage({ type: 'secret', secret })
  })
}

function askOtherWindows(): Promise<string | null> {
  const windows = new BroadcastChannel(STORAGE_KEY)
  return new Promise((resolve) => {
    const end = (secret: string | null) => {
      clearTimeout(patience)
      windows.close()
      resolve(secret)
    }
    const patience = setTimeout(() => {
      end(null)
    }, ASK_FOR_MS)
    windows.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isMessage(data) && data.type === 'secret') end(data.secret)
    })
    windows.postMessage({ type: 'wanted' })
  })
}

/** A window that the shell has opened signs in by itself; a token that is good no more leaves it signed out. */
async function redeem(token: string): Promise<void> {
  const answer = await fetch('/login', { method: 'POST', body: new URLSearchParams({ token }) })
  if (answer.ok) sessionStorage.setItem(STORAGE_KEY, (await answer.text()).trim())
}

/** Finds this window's session, its own or that of another window of ours. */
export async function findSession(): Promise<void> {
  if (takenToken !== null) await redeem(takenToken)
  if (sessionStorage.getItem(STORAGE_KEY) === null) {
    const secret = await askOtherWindows()
    if (secret !== null) sessionStorage.setItem(STORAGE_KEY, secret)
  }
  shareWithNewWindows()
}

/** What a WebSocket shows to be let in: the server agrees on the first and reads the second. */
export function socketProtocols(): string[] {
  const secret = sessionStorage.getItem(STORAGE_KEY)
  return secret === null ? [SUBPROTOCOL] : [SUBPROTOCOL, `strata-session.${secret}`]
}

const shown = (): Record<string, string> => ({ Authorization: `Strata ${sessionStorage.getItem(STORAGE_KEY) ?? ''}` })

/** True when the server is there but does not know this window: signed out, or the program was started anew. */
export async function isSessionOver(): Promise<boolean> {
  try {
    const response = await fetch('/session', { headers: shown() })
    return response.status === 401
  } catch {
    return false // nobody answers: it may come back
  }
}

/** Ends the session, in all its windows. */
export async function signOut(): Promise<void> {
  const response = await fetch('/session', { method: 'DELETE', headers: shown() })
  // 401: it had ended already.
  if (!response.ok && response.status !== 401) throw new Error(`Strata answered ${response.status}.`)
  sessionStorage.removeItem(STORAGE_KEY)
}
