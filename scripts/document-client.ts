// Writes node-libvirt/docs/{procedures,api}.md from node-libvirt's protocol, sources and tests.
//   tsx scripts/document-client.ts            writes the files
//   tsx scripts/document-client.ts --check    fails when they are not what would be written
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { apiReference } from './document-client/api-reference.ts'
import { clientFolder, readClient } from './document-client/client-program.ts'
import { proceduresTable } from './document-client/procedures-table.ts'

export const docsFolder = `${clientFolder}docs/`

/** The text of every page by its name in `docsFolder`. */
export function documentClient(): Map<string, string> {
  const program = readClient()
  return new Map([
    ['procedures.md', proceduresTable(program)],
    ['api.md', apiReference(program)],
  ])
}

function main(): void {
  const check = process.argv.includes('--check')
  mkdirSync(docsFolder, { recursive: true })
  for (const [name, text] of documentClient()) {
    const path = docsFolder + name
    if (!check) writeFileSync(path, text)
    else if (readFileSync(path, 'utf8') !== text) {
      console.error(`${path} is stale: run tsx scripts/document-client.ts`)
      process.exitCode = 1
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
