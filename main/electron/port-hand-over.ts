/** A document that asked for its ports. */
export interface AskingDocument<Port> {
  isGone(): boolean
  /** The ports of [rpc, consoles, menu]. */
  receive(ports: Port[]): void
}

export interface HandOverParts<Port> {
  createChannel(): { port1: Port; port2: Port }
  /** False while no engine runs. */
  connectEngine(ports: Port[]): boolean
}

/**
 * Gives each document that asks two ports to the engine and one to the menu. Every question gets new ports: a reload is a new
 * document, and a page whose engine died asks again.
 */
export class PortHandOver<Port extends { close(): void }> {
  readonly #parts: HandOverParts<Port>
  #waiting: AskingDocument<Port> | null = null
  #menu: Port | null = null

  constructor(parts: HandOverParts<Port>) {
    this.#parts = parts
  }

  /** The end of the menu's port that belongs to the present document; null before there is one. */
  get menu(): Port | null {
    return this.#menu
  }

  ask(document: AskingDocument<Port>): void {
    const [rpc, consoles] = [this.#parts.createChannel(), this.#parts.createChannel()]
    if (!this.#parts.connectEngine([rpc.port2, consoles.port2])) {
      for (const { port1 } of [rpc, consoles]) port1.close()
      this.#waiting = document // there is one window: a later question replaces an earlier one
      return
    }
    const menu = this.#parts.createChannel()
    this.#menu?.close()
    this.#menu = menu.port2
    document.receive([rpc.port1, consoles.port1, menu.port1])
  }

  /** An engine runs now. */
  engineStarted(): void {
    const document = this.#waiting
    this.#waiting = null
    if (document !== null && !document.isGone()) this.ask(document)
  }
}
