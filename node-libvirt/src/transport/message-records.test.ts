import { Duplex } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessageRecords } from './message-records.ts'

function message(lengthBytes: number, fill: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes, fill)
  bytes.writeUInt32BE(lengthBytes)
  return bytes
}

/** Keeps each write apart, as TLS does. */
function recorder(): { inner: Duplex; writes: Buffer[] } {
  const writes: Buffer[] = []
  const inner = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      writes.push(Buffer.from(chunk))
      setImmediate(done)
    },
  })
  return { inner, writes }
}

const sizes = fc.array(fc.integer({ min: 28, max: 90 }), { minLength: 1, maxLength: 6 })
const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 })

describe('messages over TLS', () => {
  it('never share a record, however they were joined or cut before', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, cuts, async (lengths, pieces) => {
        const bytes = Buffer.concat(lengths.map((length, index) => message(length, index)))
        const { inner, writes } = recorder()
        const records = new MessageRecords(inner)
        let at = 0
        for (const piece of [...pieces, bytes.length]) {
          const end = Math.min(bytes.length, at + piece)
          if (end > at) records.write(bytes.subarray(at, end))
          at = end
        }
        await new Promise<void>((resolve) => records.end(resolve))
        expect(Buffer.concat(writes)).toEqual(bytes)
        const ends = lengths.map((_, index) => lengths.slice(0, index + 1).reduce((sum, each) => sum + each, 0))
        const writeEnds = writes.map((_, index) => Buffer.concat(writes.slice(0, index + 1)).length)
        expect(writeEnds).toEqual(expect.arrayContaining(ends))
      }),
      { numRuns: 60 },
    )
  })
})
