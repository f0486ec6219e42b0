import { header, typeName, type ProcedureJson, type ProtocolJson } from './source.ts'

export function constantsFile(protocol: ProtocolJson): string {
  const constants = Object.entries(protocol.constants).map(([name, value]) => `export const ${name} = ${value}\n`)
  const programs = Object.entries(protocol.programs).map(
    ([name, program]) => `  ${name}: { id: ${program.id}, version: ${program.version} },\n`,
  )
  return (
    `${header}\n/** The libvirt release that the protocol was read from. */\n` +
    `export const PROTOCOL_RELEASE = '${protocol.libvirt.describes}'\n` +
    `export const programs = {\n${programs.join('')}} as const\n${constants.join('')}`
  )
}

/** What can be called: events and the keepalive are not. */
function isCall(procedure: ProcedureJson): boolean {
  return !procedure.event && procedure.program !== 'keepalive'
}

export function proceduresFile(protocol: ProtocolJson): string {
  const calls = protocol.procedures.filter(isCall)
  const names = new Set(calls.flatMap((call) => [call.args, call.ret]).filter((name) => name !== null))
  const imports = [...names].map(typeName).sort()
  return (
    `${header}\n` +
    "import type { XdrReader } from '../xdr/reader.ts'\n" +
    "import type { XdrWriter } from '../xdr/writer.ts'\n" +
    `import {\n${imports.map((name) => codecImports(name, calls)).join('')}} from './structs.generated.ts'\n\n` +
    PROCEDURE_TYPE +
    `export interface Procedures {\n${calls.map(typeLine).join('')}}\n\n` +
    'const writeNothing = (): void => undefined\nconst readNothing = (): void => undefined\n\n' +
    `export const procedures: { readonly [P in keyof Procedures]: Procedure<Procedures[P]['args'], Procedures[P]['ret']> } = {\n` +
    `${calls.map((call) => tableLine(call, protocol)).join('')}}\n`
  )
}

const PROCEDURE_TYPE = `export interface Procedure<Args, Ret> {
  readonly name: string
  readonly program: number
  readonly number: number
  /** Who sends in the stream that the call opens, seen from the client; null when it opens none. */
  readonly stream: 'read' | 'write' | null
  /** The newest known release that lacks it; null when all known ones have it. */
  readonly after: string | null
  readonly writeArgs: (w: XdrWriter, args: Args) => void
  readonly readArgs: (r: XdrReader) => Args
  readonly writeRet: (w: XdrWriter, ret: Ret) => void
  readonly readRet: (r: XdrReader) => Ret
}

/** What a procedure takes when it takes nothing: \`{}\`. */
export type NoArgs = Record<string, never>

`

function codecImports(name: string, calls: ProcedureJson[]): string {
  const used = calls.some((call) => [call.args, call.ret].some((wire) => wire !== null && typeName(wire) === name))
  return used ? `  read${name},\n  write${name},\n  type ${name},\n` : ''
}

function typeLine(call: ProcedureJson): string {
  const args = call.args === null ? 'NoArgs' : typeName(call.args)
  const ret = call.ret === null ? 'void' : typeName(call.ret)
  return `  ${call.method}: { args: ${args}; ret: ${ret} }\n`
}

function tableLine(call: ProcedureJson, protocol: ProtocolJson): string {
  const program = protocol.programs[call.program]
  if (!program) throw new Error(`unknown program ${call.program}`)
  const args = call.args === null ? null : typeName(call.args)
  const ret = call.ret === null ? null : typeName(call.ret)
  const fields = [
    `name: '${call.method}'`,
    `program: ${program.id}`,
    `number: ${call.number}`,
    `stream: ${call.stream === null ? 'null' : `'${call.stream}'`}`,
    `after: ${call.after === undefined ? 'null' : `'${call.after}'`}`,
    `writeArgs: ${args ? `write${args}` : 'writeNothing'}`,
    `readArgs: ${args ? `read${args}` : '() => ({})'}`,
    `writeRet: ${ret ? `write${ret}` : 'writeNothing'}`,
    `readRet: ${ret ? `read${ret}` : 'readNothing'}`,
  ]
  return `  ${call.method}: { ${fields.join(', ')} },\n`
}
