import { header, typeName, type FieldJson, type FieldType, type ProtocolJson, type UnionJson } from './source.ts'

/** How one type is written in TypeScript, read, written, and the least that it takes on the wire. */
interface Codec {
  type: string
  read: string // an expression over r
  readFunction: string // something that can be called with r
  write: (value: string) => string // a statement over w
  writeFunction: string
  minBytes: number
}

const PRIMITIVES: Record<string, { type: string; method: string; minBytes: number }> = {
  int: { type: 'number', method: 'int', minBytes: 4 },
  uint: { type: 'number', method: 'uint', minBytes: 4 },
  char: { type: 'number', method: 'int', minBytes: 4 },
  uchar: { type: 'number', method: 'uint', minBytes: 4 },
  short: { type: 'number', method: 'int', minBytes: 4 },
  ushort: { type: 'number', method: 'uint', minBytes: 4 },
  bool: { type: 'boolean', method: 'bool', minBytes: 4 },
  hyper: { type: 'bigint', method: 'hyper', minBytes: 8 },
  uhyper: { type: 'bigint', method: 'uhyper', minBytes: 8 },
  double: { type: 'number', method: 'double', minBytes: 8 },
}

const STRING_MAX = 4_194_304

class StructWriter {
  readonly #minBytes = new Map<string, number>()

  constructor(readonly protocol: ProtocolJson) {}

  file(): string {
    const unions = Object.entries(this.protocol.unions).map(([name, union]) => this.union(name, union))
    const structs = Object.entries(this.protocol.structs).map(([name, fields]) => this.struct(name, fields))
    return [
      header,
      "import { ProtocolError } from '../errors.ts'",
      "import type { XdrReader } from '../xdr/reader.ts'",
      "import type { XdrWriter } from '../xdr/writer.ts'\n",
      this.#helpers(),
      ...unions,
      ...structs,
    ].join('\n')
  }

  #helpers(): string {
    const methods = ['int', 'uint', 'hyper', 'uhyper', 'string'] as const
    const types = { int: 'number', uint: 'number', hyper: 'bigint', uhyper: 'bigint', string: 'string' }
    return methods
      .map((method) => {
        const name = method.charAt(0).toUpperCase() + method.slice(1)
        return (
          `const read${name} = (r: XdrReader): ${types[method]} => r.${method}()\n` +
          `const write${name} = (w: XdrWriter, v: ${types[method]}): void => w.${method}(v)\n`
        )
      })
      .join('')
  }

  struct(name: string, fields: FieldJson[]): string {
    const type = typeName(name)
    const isInput = name.endsWith('_args')
    const codecs = fields.map((field) => ({ field, codec: this.codec(field) }))
    const members = codecs.map(({ field, codec }) => {
      const accepts = isInput && codec.type === 'bigint' ? 'number | bigint' : codec.type
      return `  ${field.name}: ${accepts}\n`
    })
    const writes = codecs.map(({ field, codec }) => `  ${codec.write(`v.${field.name}`)}\n`)
    const reads = codecs.map(({ field, codec }) => `    ${field.name}: ${readOf(field.name, codec)},\n`)
    return (
      `export interface ${type} {\n${members.join('')}}\n` +
      `export function write${type}(w: XdrWriter, v: ${type}): void {\n${writes.join('')}}\n` +
      `export function read${type}(r: XdrReader): ${type} {\n  return {\n${reads.join('')}  }\n}\n`
    )
  }

  union(name: string, union: UnionJson): string {
    const type = typeName(name)
    const tag = union.discriminant.name
    const arms = union.cases.map((arm) => ({ arm, codec: this.codec(arm) }))
    const variants = arms.map(
      ({ arm, codec }) => `  | { ${tag}: ${arm.value}; ${arm.name}: ${codec.type} } // ${arm.when}\n`,
    )
    const writes = arms.map(
      ({ arm, codec }) => `    case ${arm.value}:\n      ${codec.write(`v.${arm.name}`)}\n      return\n`,
    )
    const reads = arms.map(
      ({ arm, codec }) => `    case ${arm.value}:\n      return { ${tag}, ${arm.name}: ${codec.read} }\n`,
    )
    return (
      `export type ${type} =\n${variants.join('')}` +
      `export function write${type}(w: XdrWriter, v: ${type}): void {\n  w.int(v.${tag})\n  switch (v.${tag}) {\n${writes.join('')}  }\n}\n` +
      `export function read${type}(r: XdrReader): ${type} {\n  const ${tag} = r.int()\n  switch (${tag}) {\n${reads.join('')}` +
      `    default:\n      throw new ProtocolError(\`\${${tag}} is no case of ${name}\`)\n  }\n}\n`
    )
  }

  codec(field: FieldType): Codec {
    if (field.type === 'opaque' && field.fixed === 16) return simple('string', 'uuid', 16)
    if (field.type === 'opaque' && field.max !== undefined) return bytes('opaque', field.max)
    if (field.type === 'char' && field.max !== undefined) return bytes('chars', field.max)
    if (field.type === 'char' && field.fixed !== undefined) return bytes('fixedChars', field.fixed, field.fixed * 4)
    if (field.type === 'string') return this.#string(field)
    const item = this.#item(field.type)
    if (field.max !== undefined) return list(item, field.max)
    if (field.fixed !== undefined) throw new Error(`fixed ${field.type} has no codec`)
    return field.optional ? optional(item) : item
  }

  #string(field: FieldType): Codec {
    if (field.max !== STRING_MAX) throw new Error(`strings of ${String(field.max)} bytes have no codec`)
    return { ...simple('string', 'string', 4), readFunction: 'readString', writeFunction: 'writeString' }
  }

  #item(type: string): Codec {
    const primitive = PRIMITIVES[type]
    if (primitive) return simple(primitive.type, primitive.method, primitive.minBytes)
    if (this.protocol.enums[type]) return simple('number', 'int', 4)
    const typedef = this.protocol.typedefs[type]
    if (typedef) return this.codec(typedef)
    if (!this.protocol.structs[type] && !this.protocol.unions[type]) throw new Error(`unknown type ${type}`)
    const name = typeName(type)
    return {
      type: name,
      read: `read${name}(r)`,
      readFunction: `read${name}`,
      write: (value) => `write${name}(w, ${value})`,
      writeFunction: `write${name}`,
      minBytes: this.minBytes(type),
    }
  }

  minBytes(type: string): number {
    const known = this.#minBytes.get(type)
    if (known !== undefined) return known
    const union = this.protocol.unions[type]
    const fields = this.protocol.structs[type] ?? []
    const bytes = union
      ? 4 + Math.min(...union.cases.map((arm) => this.codec(arm).minBytes))
      : fields.reduce((sum, field) => sum + this.codec(field).minBytes, 0)
    this.#minBytes.set(type, bytes)
    return bytes
  }
}

/** Documents are read as text, everything else as a name that may go back to the daemon. */
function readOf(name: string, { read }: Codec): string {
  return read === 'r.string()' && /xml/i.test(name) ? 'r.text()' : read
}

function simple(type: string, method: string, minBytes: number): Codec {
  const capital = method.charAt(0).toUpperCase() + method.slice(1)
  return {
    type,
    read: `r.${method}()`,
    readFunction: `read${capital}`,
    write: (value) => `w.${method}(${value})`,
    writeFunction: `write${capital}`,
    minBytes,
  }
}

function bytes(method: string, limit: number, minBytes = 4): Codec {
  return {
    ...simple('Uint8Array', method, minBytes),
    read: `r.${method}(${limit})`,
    write: (value) => `w.${method}(${value}, ${limit})`,
  }
}

function list(item: Codec, max: number): Codec {
  return {
    type: `${item.type}[]`,
    read: `r.array(${max}, ${item.minBytes}, ${item.readFunction})`,
    readFunction: '',
    write: (value) => `w.array(${value}, ${max}, ${item.writeFunction})`,
    writeFunction: '',
    minBytes: 4,
  }
}

function optional(item: Codec): Codec {
  const isString = item.type === 'string'
  return {
    type: `${item.type} | null`,
    read: isString ? 'r.optionalString()' : `r.optional(${item.readFunction})`,
    readFunction: '',
    write: (value) => (isString ? `w.optionalString(${value})` : `w.optional(${value}, ${item.writeFunction})`),
    writeFunction: '',
    minBytes: 4,
  }
}

export function structsFile(protocol: ProtocolJson): string {
  return new StructWriter(protocol).file()
}
