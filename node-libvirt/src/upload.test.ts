import { describe, expect, it } from 'vitest'

import { StreamHole } from './stream.ts'
import { LastBytes } from './upload.ts'

const grain = 65_536

function lastOf(...pieces: (Uint8Array | StreamHole)[]): unknown {
  const last = new LastBytes()
  for (const piece of pieces) last.note(piece)
  return last.piece
}

describe('the last bytes of an upload', () => {
  it('are the end of the last piece', () => {
    const large = Buffer.alloc(3 * grain, 1).fill(2, 2 * grain)
    expect(lastOf(Buffer.from('first'), large)).toEqual({ offsetBytes: 5 + 2 * grain, bytes: Buffer.alloc(grain, 2) })
    expect(lastOf(Buffer.from('first'), Buffer.from('second'))).toEqual({
      offsetBytes: 5,
      bytes: Buffer.from('second'),
    })
  })

  it('are those before zeros and holes, which are also there where nothing was written', () => {
    expect(lastOf(Buffer.from('x'), Buffer.alloc(grain), new StreamHole(10))).toEqual({
      offsetBytes: 0,
      bytes: Buffer.from('x'),
    })
    expect(lastOf(new StreamHole(10), Buffer.from('x'))).toEqual({ offsetBytes: 10, bytes: Buffer.from('x') })
  })

  it('are zeros where there is nothing else, and nothing where nothing was sent', () => {
    expect(lastOf(Buffer.alloc(2))).toEqual({ offsetBytes: 0, bytes: Buffer.alloc(2) })
    expect(lastOf()).toBeNull()
    expect(lastOf(new StreamHole(1), new Uint8Array(0))).toBeNull()
  })
})
