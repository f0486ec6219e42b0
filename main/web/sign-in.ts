import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** One token, good once, becomes a cookie that is good as long as the program runs. */
export class SignIn {
  readonly #cookieName: string
  readonly #sessions: Buffer[] = []
  #tokenDigest: Buffer | null = null

  /** Browsers keep cookies by host without the port: the port in the name keeps two Stratas apart. */
  constructor(port: number) {
    this.#cookieName = `strata-${port}`
  }

  /** A token of 256 bits; the one before it, if it was never used, is dead. */
  issueToken(): string {
    const token = randomBytes(32).toString('base64url')
    this.#tokenDigest = digest(token)
    return token
  }

  /** @returns the Set-Cookie header, or null: the token is wrong, or was used */
  redeem(token: string): string | null {
    if (this.#tokenDigest === null || !timingSafeEqual(digest(token), this.#tokenDigest)) return null
    this.#tokenDigest = null
    const session = randomBytes(32).toString('base64url')
    this.#sessions.push(digest(session))
    return `${this.#cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`
  }

  get wasUsed(): boolean {
    return this.#sessions.length > 0
  }

  knows(cookieHeader: string | undefined): boolean {
    const prefix = `${this.#cookieName}=`
    const shown = (cookieHeader ?? '').split(';').map((pair) => pair.trim())
    return shown.some((pair) => pair.startsWith(prefix) && this.#isSession(pair.slice(prefix.length)))
  }

  #isSession(value: string): boolean {
    const shown = digest(value)
    return this.#sessions.some((session) => timingSafeEqual(session, shown))
  }
}
