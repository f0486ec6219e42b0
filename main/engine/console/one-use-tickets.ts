import { randomBytes } from 'node:crypto'

import type { MachineRef } from '@strata/contract/references.ts'

const validForMs = 30_000
const mostOutstanding = 1024 // a client that asks and never comes must not fill the memory

/** Lets a client in to one console, once and soon: the console's channel carries no other proof of who it is. */
export class OneUseTickets {
  readonly #outstanding = new Map<string, { machine: MachineRef; goodUntilMs: number }>()

  constructor(private readonly nowMs: () => number = Date.now) {}

  issue(machine: MachineRef): string {
    this.#dropLate()
    const oldest = this.#outstanding.keys().next().value
    if (this.#outstanding.size >= mostOutstanding && oldest !== undefined) this.#outstanding.delete(oldest)
    const ticket = randomBytes(24).toString('base64url')
    this.#outstanding.set(ticket, { machine, goodUntilMs: this.nowMs() + validForMs })
    return ticket
  }

  /** Null: the ticket was never given out, was used, or came too late. */
  redeem(ticket: string): MachineRef | null {
    const found = this.#outstanding.get(ticket)
    this.#outstanding.delete(ticket)
    return found !== undefined && this.nowMs() <= found.goodUntilMs ? found.machine : null
  }

  #dropLate() {
    for (const [ticket, { goodUntilMs }] of this.#outstanding)
      if (goodUntilMs < this.nowMs()) this.#outstanding.delete(ticket)
  }
}
