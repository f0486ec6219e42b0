// Writes node-libvirt/src/protocol/*.generated.ts from node-libvirt/protocol/{protocol,enums}.json.
//   tsx scripts/generate-protocol.ts            writes the files
//   tsx scripts/generate-protocol.ts --check    fails when they are not what would be written
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { enumsFile, errorsFile } from './generate-protocol/enums.ts'
import { eventsFile } from './generate-protocol/events.ts'
import { constantsFile, proceduresFile } from './generate-protocol/procedures.ts'
import type { EnumsJson, ProtocolJson } from './generate-protocol/source.ts'
import { structsFile } from './generate-protocol/structs.ts'

const packageFolder = fileURLToPath(new URL('../node-libvirt/', import.meta.url))
export const outputFolder = `${packageFolder}src/protocol/`

/** The text of every generated file by its name in `outputFolder`. */
export function generateProtocol(): Map<string, string> {
  const protocol = readJson<ProtocolJson>('protocol.json')
  const enums = readJson<EnumsJson>('enums.json')
  return new Map([
    ['constants.generated.ts', constantsFile(protocol)],
    ['structs.generated.ts', structsFile(protocol)],
    ['procedures.generated.ts', proceduresFile(protocol)],
    ['events.generated.ts', eventsFile(enums)],
    ['enums.generated.ts', enumsFile(enums)],
    ['errors.generated.ts', errorsFile(enums)],
  ])
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(`${packageFolder}protocol/${name}`, 'utf8')) as T
}

function main(): void {
  const check = process.argv.includes('--check')
  for (const [name, text] of generateProtocol()) {
    const path = outputFolder + name
    if (!check) writeFileSync(path, text)
    else if (readFileSync(path, 'utf8') !== text) {
      console.error(`${path} is stale: run tsx scripts/generate-protocol.ts`)
      process.exitCode = 1
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
