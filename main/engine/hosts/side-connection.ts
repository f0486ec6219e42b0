import type { Connection } from 'node-libvirt'

/** A connection that is opened when it is first needed, and again when it is needed after it was lost. */
export class SideConnection {
  readonly #open: () => Promise<Connection>
  #current: Promise<Connection> | null = null

  constructor(open: () => Promise<Connection>) {
    this.#open = open
  }

  get(): Promise<Connection> {
    if (this.#current !== null) return this.#current
    const opening = this.#open()
    this.#current = opening
    const forget = () => {
      if (this.#current === opening) this.#current = null
    }
    opening.then((connection) => connection.closed.then(forget), forget)
    return opening
  }

  async close(): Promise<void> {
    const current = this.#current
    this.#current = null
    // One that could not be opened was told of to whoever asked for it.
    const connection = await current?.catch(() => null)
    await connection?.close()
  }
}
