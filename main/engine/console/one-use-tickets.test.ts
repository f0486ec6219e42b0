import { describe, expect, it } from 'vitest'

import { OneUseTickets } from './one-use-tickets.ts'

const machine = { hostId: 'local', uuid: '11111111-2222-3333-4444-555555555555' }

describe('a console ticket', () => {
  it('lets in once', () => {
    const tickets = new OneUseTickets()
    const ticket = tickets.issue(machine)
    expect(tickets.redeem(ticket)).toEqual(machine)
    expect(tickets.redeem(ticket)).toBeNull()
  })

  it('is good for 30 seconds and not a moment longer', () => {
    let nowMs = 1_000
    const tickets = new OneUseTickets(() => nowMs)
    const [inTime, late] = [tickets.issue(machine), tickets.issue(machine)]
    nowMs += 30_000
    expect(tickets.redeem(inTime)).toEqual(machine)
    nowMs += 1
    expect(tickets.redeem(late)).toBeNull()
  })

  it('cannot be guessed from another, and an unknown one lets nobody in', () => {
    const tickets = new OneUseTickets()
    const many = new Set(Array.from({ length: 100 }, () => tickets.issue(machine)))
    expect(many.size).toBe(100)
    for (const ticket of many) expect(Buffer.from(ticket, 'base64url')).toHaveLength(24)
    expect(tickets.redeem('')).toBeNull()
    expect(tickets.redeem('constructor')).toBeNull()
  })

  it('asked for without end takes the place of the oldest', () => {
    const tickets = new OneUseTickets(() => 0)
    const first = tickets.issue(machine)
    for (let count = 0; count < 1024; count += 1) tickets.issue(machine)
    expect(tickets.redeem(first)).toBeNull()
  })
})
