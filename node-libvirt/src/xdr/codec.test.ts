import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { ProtocolError } from '../errors.ts'
import * as structs from '../protocol/structs.generated.ts'
import { formatUuid } from './uuid.ts'
import { XdrReader } from './reader.ts'
import { XdrWriter } from './writer.ts'

// Some of these try thousands of values.
vi.setConfig({ testTimeout: 60_000 })

interface FieldType {
  name?: string
  type: string
  fixed?: number
  max?: number
  optional?: boolean
}

interface Protocol {
  enums: Record<string, unknown>
  typedefs: Record<string, FieldType>
  unions: Record<string, { discriminant: { name: string }; cases: { value: number; name: string; type: string }[] }>
  structs: Record<string, Required<Pick<FieldType, 'name' | 'type'>>[]>
}

const protocol = JSON.parse(readFileSync(new URL('../../protocol/protocol.json', import.meta.url), 'utf8')) as Protocol

/** Values that a field of the protocol can hold, derived from its description alone and not from the generated code. */
class Values {
  readonly #known = new Map<string, fc.Arbitrary<unknown>>()

  of(field: FieldType): fc.Arbitrary<unknown> {
    const { type, fixed, max } = field
    if (type === 'opaque' && fixed === 16)
      return fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => formatUuid(bytes))
    if (type === 'opaque' || (type === 'char' && max !== undefined))
      return fc.uint8Array({ maxLength: Math.min(max ?? 0, 20) })
    if (type === 'char' && fixed !== undefined) return fc.uint8Array({ minLength: fixed, maxLength: fixed })
    if (type === 'string') {
      const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }))
      return text.map((each) => each.replaceAll('\0', ' ')) // a NUL is refused
    }
    const item = this.#item(type)
    if (max !== undefined) return fc.array(item, { maxLength: Math.min(max, 3) })
    return field.optional ? fc.option(item, { nil: null }) : item
  }

  #item(type: string): fc.Arbitrary<unknown> {
    const known = this.#known.get(type)
    if (known) return known
    const made = this.#make(type)
    this.#known.set(type, made)
    return made
  }

  #make(type: string): fc.Arbitrary<unknown> {
    if (['int', 'char', 'short'].includes(type) || type in protocol.enums) return fc.integer()
    if (['uint', 'uchar', 'ushort'].includes(type)) return fc.integer({ min: 0, max: 0xffff_ffff })
    if (type === 'hyper') return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    if (type === 'uhyper') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    if (type === 'double') return fc.double()
    const typedef = protocol.typedefs[type]
    if (typedef) return this.of(typedef)
    const union = protocol.unions[type]
    if (union) {
      const arms = union.cases.map((arm) =>
        fc.record(
          { [union.discriminant.name]: fc.constant(arm.value), [arm.name]: this.of(arm) },
          { noNullPrototype: true },
        ),
      )
      return fc.oneof(...arms)
    }
    return this.struct(type)
  }

  struct(name: string): fc.Arbitrary<unknown> {
    const fields = protocol.structs[name]
    if (!fields) throw new Error(`no struct ${name}`)
    return fc.record(Object.fromEntries(fields.map((field) => [field.name, this.of(field)])), { noNullPrototype: true })
  }
}

const values = new Values()
const generated = structs as unknown as Record<string, (...args: unknown[]) => unknown>

function typeName(wireName: string): string {
  const bare = wireName.replace(/^remote_/, '').replace(/^vir(?=[A-Z])/, '')
  return bare
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

function codec(name: string) {
  const write = generated[`write${typeName(name)}`]
  const read = generated[`read${typeName(name)}`]
  if (!write || !read) throw new Error(`no codec for ${name}`)
  return { write, read }
}

function encode(name: string, value: unknown): Buffer {
  const writer = new XdrWriter()
  codec(name).write(writer, value)
  return writer.takeWritten()
}

const names = Object.keys(protocol.structs)

describe('every generated codec', () => {
  it('reads back what it wrote, to the last byte', () => {
    for (const name of names) {
      const property = fc.property(values.struct(name), (value) => {
        const reader = new XdrReader(encode(name, value))
        expect(codec(name).read(reader)).toEqual(value)
        reader.finish()
      })
      fc.assert(property, { numRuns: 12 })
    }
  })

  it('answers garbage with a value or a ProtocolError and nothing else', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // Small words pass as counts and booleans, so that the deeper readers are reached as well.
      fc.array(fc.oneof(fc.nat(3), fc.constant(0xffff_ffff)), { maxLength: 60 }).map((words) => {
        const bytes = Buffer.alloc(words.length * 4)
        words.forEach((word, i) => bytes.writeUInt32BE(word, i * 4))
        return bytes
      }),
    )
    const property = fc.property(fc.constantFrom(...names), garbage, (name, bytes) => {
      try {
        codec(name).read(new XdrReader(Buffer.from(bytes)))
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError)
      }
    })
    fc.assert(property, { numRuns: 20_000 })
  })

  it('refuses every value that is cut short', () => {
    for (const name of names) {
      const property = fc.property(values.struct(name), fc.nat(), (value, where) => {
        const bytes = encode(name, value)
        fc.pre(bytes.length > 0)
        const cut = bytes.subarray(0, where % bytes.length)
        expect(() => codec(name).read(new XdrReader(Buffer.from(cut)))).toThrow(ProtocolError)
      })
      if ((protocol.structs[name]?.length ?? 0) > 0) fc.assert(property, { numRuns: 5 })
    }
  })
})

describe('a reader', () => {
  const words = (...list: number[]) => {
    const bytes = Buffer.alloc(list.length * 4)
    list.forEach((word, i) => bytes.writeUInt32BE(word, i * 4))
    return new XdrReader(bytes)
  }

  it.each([
    ['a string above its limit', () => words(4_194_305, 0).string()],
    ['a string that ends behind the message', () => words(8, 0).string()],
    ['a list above its limit', () => words(17, 0).array(16, 4, (r) => r.int())],
    ['a list that cannot fit in what is left', () => words(3, 0, 0).array(16, 4, (r) => r.int())],
    ['a boolean of 2', () => words(2).bool()],
    ['padding that is not zero', () => words(1, 0x61626364).string()],
    ['bytes that are left over', () => words(1).finish()],
  ])('refuses %s', (_, read) => {
    expect(read).toThrow(ProtocolError)
  })

  it('reads bytes that are no UTF-8 as replacement characters in documents', () => {
    expect(new XdrReader(Buffer.from([0, 0, 0, 2, 0xc3, 0x28, 0, 0])).text()).toBe('\uFFFD(')
  })

  it('sends every name back as the bytes that it came as, and tells different names apart', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        const bytes = Buffer.from(noise.filter((byte) => byte !== 0))
        const come = Buffer.concat([
          Buffer.of(0, 0, 0, bytes.length),
          bytes,
          Buffer.alloc((4 - (bytes.length % 4)) % 4),
        ])
        const writer = new XdrWriter()
        writer.string(new XdrReader(come).string())
        expect(writer.takeWritten().equals(come)).toBe(true)
      }),
    )
    const name = (...bytes: number[]) => new XdrReader(Buffer.from([0, 0, 0, 4, ...bytes])).string()
    expect(name(0x63, 0x61, 0x66, 0xe9)).not.toBe(name(0x63, 0xef, 0xbf, 0xbd))
    expect(name(0x63, 0xef, 0xbf, 0xbd)).toBe('c\uFFFD')
  })

  it.each(['keep.img\0-copy', `${'x'.repeat(40)}\0`, 'half \uD83D', '\uDC00', `${'x'.repeat(40)}\uDFFF`])(
    'refuses to send %j: it would arrive as another name',
    (text) => {
      expect(() => new XdrWriter().string(text)).toThrow(TypeError)
    },
  )

  it.each([0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)])('gives %i as a number', (number) => {
    const writer = new XdrWriter()
    writer.hyper(number)
    writer.hyper(BigInt(number))
    const reader = new XdrReader(writer.takeWritten())
    expect([reader.hyperNumber(), reader.hyperNumber()]).toEqual([number, number])
  })

  it('gives what a number cannot hold as a bigint', () => {
    const writer = new XdrWriter()
    writer.hyper(-(2n ** 63n))
    writer.uhyper(2n ** 64n - 1n)
    const reader = new XdrReader(writer.takeWritten())
    expect([reader.hyperNumber(), reader.uhyperNumber()]).toEqual([-(2n ** 63n), 2n ** 64n - 1n])
  })
})

describe('a writer', () => {
  const writing = (write: (writer: XdrWriter) => void) => () => write(new XdrWriter())

  it.each([
    ['a fraction', writing((w) => w.int(1.5))],
    ['a negative unsigned', writing((w) => w.uint(-1))],
    ['more than 32 bits', writing((w) => w.int(2 ** 31))],
    ['more than 64 bits', writing((w) => w.uhyper(2n ** 64n))],
    ['an unsafe number', writing((w) => w.hyper(2 ** 53))],
    ['a text above its limit', writing((w) => w.string('x'.repeat(4_194_305)))],
    ['too many items', writing((w) => w.array([1, 2, 3], 2, (writer, item) => writer.int(item)))],
    ['what is no UUID', writing((w) => w.uuid('not-a-uuid'))],
    ['a UUID with a wrong digit', writing((w) => w.uuid('6695eb01-f6a4-8304-79aa-97f2502e193g'))],
  ])('refuses %s as the caller’s mistake', (_, write) => {
    expect(write).toThrow(TypeError)
  })

  it('never writes into memory that it has handed out', () => {
    const writer = new XdrWriter(16)
    const taken: { bytes: Buffer; copy: Buffer }[] = []
    for (let i = 0; i < 200; i++) {
      writer.string(`text number ${i}`)
      const bytes = writer.takeWritten()
      taken.push({ bytes, copy: Buffer.from(bytes) })
    }
    for (const { bytes, copy } of taken) expect(bytes).toEqual(copy)
  })
})
