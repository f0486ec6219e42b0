import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A printed address may be opened on another computer first; one that nobody opens must not stay good for ever. */
export const TOKEN_LIFE_MS = 60 * 60_000
/** Counted from when its last window was there: an open window never loses its session. */
export const SESSION_IDLE_MS = 12 * 60 * 60_000

const digest = (text: string) => createHash('sha256').update(text).digest()

/** One window's right to speak to the engine. */
export class Session {
  /** What ends each connection that this session opened. */
  readonly #connections = new Set<() => void>()
  #lastSeenMs: number

  constructor(
    readonly secretDigest: Buffer,
    nowMs: number,
  ) {
    this.#lastSeenMs = nowMs
  }

  isOver(nowMs: number): boolean {
    return this.#connections.size === 0 && nowMs - this.#lastSeenMs > SESSION_IDLE_MS
  }

  seen(nowMs: number): void {
    this.#lastSeenMs = nowMs
  }

  /** @returns to be called when the connection has closed */
  connected(end: () => void, now: () => number): () => void {
    this.#connections.add(end)
    return () => {
      this.#connections.delete(end)
      this.#lastSeenMs = now()
    }
  }

  endConnections(): void {
    for (const end of this.#connections) end()
  }
}

/**
 * One token, good once, becomes the secret of a session. The page keeps it to itself and shows it with each connection.
 * It is no cookie: browsers send cookies to every port of this computer, whoever listens there.
 */
export class SignIn {
  readonly #now: () => number
  #sessions: Session[] = []
  #token: { digest: Buffer; issuedMs: number } | null = null
  #wasUsed = false
  /** Told when the last session was signed out: whoever wants to come back needs another address. */
  onEverybodyLeft: () => void = () => undefined

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** A token of 256 bits; the one before it, if it was never used, is dead. */
  issueToken(): string {
    const token = randomBytes(32).toString('base64url')
    this.#token = { digest: digest(token), issuedMs: this.#now() }
    return token
  }

  /** @returns the secret of a new session, or null: the token is wrong, too old, or was used */
  redeem(token: string): string | null {
    const known = this.#token
    if (known === null || !timingSafeEqual(digest(token), known.digest)) return null
    this.#token = null
    if (this.#now() - known.issuedMs > TOKEN_LIFE_MS) return null
    const secret = randomBytes(32).toString('base64url')
    this.#sessions.push(new Session(digest(secret), this.#now()))
    this.#wasUsed = true
    return secret
  }

  get wasUsed(): boolean {
    return this.#wasUsed
  }

  /** The session of this secret, and alive for longer by being asked for. */
  session(secret: string | null): Session | null {
    const nowMs = this.#now()
    this.#sessions = this.#sessions.filter((session) => !session.isOver(nowMs))
    if (secret === null) return null
    const shown = digest(secret)
    const session = this.#sessions.find((each) => timingSafeEqual(each.secretDigest, shown)) ?? null
    session?.seen(nowMs)
    return session
  }

  /** Counts a connection as its session's, until the returned function is called. */
  connected(session: Session, end: () => void): () => void {
    return session.connected(end, this.#now)
  }

  /** Ends a session and every connection that it has. */
  signOut(session: Session): void {
    this.#sessions = this.#sessions.filter((each) => each !== session)
    session.endConnections()
    if (this.#sessions.length === 0) this.onEverybodyLeft()
  }
}
