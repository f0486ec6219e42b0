import { parseArgs } from 'node:util'

import { meetsGoal, type BenchEntry } from './row.ts'
import { consoleRows } from './rows/console.ts'
import { fleetRows } from './rows/fleet.ts'
import { rpcRows } from './rows/rpc.ts'
import { standingRows } from './rows/standing.ts'
import { startRows } from './rows/start.ts'
import { windowRows } from './rows/window.ts'

/** `npm run bench -- [--json] [NAME …]`: all rows, or those named, one after the other. */
const entries: readonly BenchEntry[] = [
  ...rpcRows,
  ...fleetRows,
  ...consoleRows,
  ...startRows,
  ...standingRows,
  ...windowRows,
]

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = positionals.filter((name) => !entries.some((entry) => entry.name === name))
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}. Rows: ${entries.map((entry) => entry.name).join(', ')}`)
  process.exit(2)
}

const wanted = positionals.length === 0 ? entries : entries.filter((entry) => positionals.includes(entry.name))
for (const entry of wanted) {
  const row = await entry.measure()
  if (values.json) {
    console.log(JSON.stringify(row))
    continue
  }
  const against = row.peerName === null ? '' : `, ${row.peerName} ${row.peer} ${row.unit}, ratio ${row.ratio}`
  const goal = `goal ${entry.better === 'more' ? '≥' : '≤'} ${entry.goal}: ${meetsGoal(entry, row) ? 'met' : 'missed'}`
  console.log(`${row.name}: ${row.ours} ${row.unit}${against} (${goal})`)
}
