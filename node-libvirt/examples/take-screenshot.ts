// Writes a picture of a machine's screen into a file.
//   npx tsx examples/take-screenshot.ts uri machine file
import { writeFileSync } from 'node:fs'
import { openConnection } from 'node-libvirt'

const [uri = 'qemu:///session', name = '', file = 'screen.png'] = process.argv.slice(2)

await using connection = await openConnection(uri)
const domain = await connection.domainLookupByName(name)
const { mime, data } = await domain.screenshot(0, { timeoutMs: 10_000 })
writeFileSync(file, data)
process.stdout.write(`${file}: ${mime}, ${data.length} bytes\n`)
