import type { Socket } from 'node:net'

import { z } from 'zod'

import { visitLock } from './engine-lock.ts'
import { wish, type Wish } from './wish.ts'

/** How long somebody at a terminal waits for a Strata that does not answer. */
const PATIENCE_MS = 10_000
/** A path is the longest that is ever said. */
const MOST_BYTES = 32 * 1024

const answer = z.object({ said: z.string() })

/**
 * Gives the wish of a second start to the Strata that runs on this data folder: the line lies in a folder that only its
 * user may open.
 * @returns what that one wants to be printed; null: none runs, or it does not answer
 */
export async function handOver(dataDir: string, wanted: Wish): Promise<string | null> {
  const visit = await visitLock(dataDir)
  if (visit === null) return null
  const patience = setTimeout(() => visit.destroy(), PATIENCE_MS)
  try {
    visit.write(`${JSON.stringify(wanted)}\n`)
    const line = await firstLine(visit)
    return line === null ? null : answer.parse(JSON.parse(line)).said
  } finally {
    clearTimeout(patience)
    visit.destroy()
  }
}

/** Answers each visitor of the lock; who only looks whether somebody is there says nothing, and leaves. */
export function hearWishes(onWish: (wanted: Wish) => Promise<string>): (visitor: Socket) => void {
  const hear = async (visitor: Socket) => {
    const line = await firstLine(visitor)
    if (line === null) return
    const said = await onWish(wish.parse(JSON.parse(line)))
    visitor.end(`${JSON.stringify({ said } satisfies z.infer<typeof answer>)}\n`)
  }
  return (visitor) => {
    // What is no wish gets no answer, and the second start says so.
    hear(visitor).catch(() => visitor.destroy())
  }
}

/** Null: the other side left without a whole line, or says too much. */
function firstLine(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let text = ''
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
      else if (text.length > MOST_BYTES) resolve(null)
    })
    socket.once('close', () => resolve(null)).once('error', () => resolve(null))
  })
}
