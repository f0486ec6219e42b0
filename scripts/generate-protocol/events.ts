import { header, kebab, property, typeName, type EnumsJson } from './source.ts'

/** The program of every event but QEMU's monitor events. */
const REMOTE_PROGRAM = 'REMOTE_PROGRAM'

/** Kinds whose libvirt name says nothing to a reader: the second block-job event names the target, the first a path. */
const RENAMED: Record<string, string> = { 'block-job': 'block-job-path', 'block-job-2': 'block-job' }

export function eventsFile(enums: EnumsJson): string {
  const messages = new Set<string>()
  const groups = Object.entries(enums.eventProcedures).map(([group, events]) => {
    const rows = Object.entries(events).map(([name, event]) => {
      messages.add(typeName(event.message))
      const kind = kebab(name.replace(/^VIR_.*_EVENT_ID_/, ''))
      return { kind: RENAMED[kind] ?? kind, type: typeName(event.message), ...event }
    })
    const types = rows.map((row) => `  ${property(row.kind)}: ${row.type}\n`).join('')
    const table = rows.map(
      (row) =>
        `  ${property(row.kind)}: { id: ${row.id}, program: ${REMOTE_PROGRAM}, procedure: ${row.proc}, read: read${row.type}, write: write${row.type} },\n`,
    )
    const groupType = `${group.charAt(0).toUpperCase()}${group.slice(1)}EventMessages`
    return (
      `export interface ${groupType} {\n${types}}\n` +
      `export const ${group}EventTable: EventTable<${groupType}> = {\n${table.join('')}}\n`
    )
  })
  const imports = [...messages].sort().map((name) => `  read${name},\n  write${name},\n  type ${name},\n`)
  return (
    `${header}\nimport type { XdrReader } from '../xdr/reader.ts'\nimport type { XdrWriter } from '../xdr/writer.ts'\n` +
    `import { ${REMOTE_PROGRAM} } from './constants.generated.ts'\n` +
    `import {\n${imports.join('')}} from './structs.generated.ts'\n\n${EVENT_TYPE}${groups.join('\n')}`
  )
}

const EVENT_TYPE = `export interface EventCodec<Message> {
  /** What it is registered by. */
  readonly id: number
  readonly program: number
  /** What its messages are told by. */
  readonly procedure: number
  readonly read: (r: XdrReader) => Message
  readonly write: (w: XdrWriter, message: Message) => void
}
export type EventTable<Messages> = { readonly [K in keyof Messages]: EventCodec<Messages[K]> }

`
