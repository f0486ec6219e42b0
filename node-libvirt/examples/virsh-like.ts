// A small virsh: what it takes to list machines, sit at a console, see a screen and fill a disk.
//   npx tsx examples/virsh-like.ts [-c uri] list
//   npx tsx examples/virsh-like.ts [-c uri] console machine           Ctrl-] leaves it
//   npx tsx examples/virsh-like.ts [-c uri] screenshot machine file
//   npx tsx examples/virsh-like.ts [-c uri] upload pool/volume file
import { createReadStream, writeFileSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { LibvirtError, openConnection, type Connection } from 'node-libvirt'

const CTRL_RIGHT_BRACKET = 0x1d

async function list(connection: Connection): Promise<void> {
  for (const domain of await connection.listAllDomains()) {
    const { state } = await domain.getState()
    process.stdout.write(`${String(domain.id ?? '-').padEnd(5)} ${domain.name.padEnd(30)} ${state}\n`)
  }
}

async function sitAtConsole(connection: Connection, name: string): Promise<void> {
  const stream = (await connection.domainLookupByName(name)).openConsole(null, ['safe'])
  stream.on('data', (bytes: Buffer) => process.stdout.write(bytes))
  if (process.stdin.isTTY) process.stdin.setRawMode(true)
  process.stdin.on('data', (bytes: Buffer) => {
    if (bytes.includes(CTRL_RIGHT_BRACKET)) stream.end()
    else stream.write(bytes)
  })
  process.stdin.on('end', () => stream.end())
  await stream.opened
  process.stderr.write(`Connected to ${name}. Ctrl-] leaves.\n`)
  await finished(stream).finally(() => {
    if (process.stdin.isTTY) process.stdin.setRawMode(false)
    process.stdin.destroy()
  })
}

async function screenshot(connection: Connection, name: string, file: string): Promise<void> {
  const { mime, data } = await (await connection.domainLookupByName(name)).screenshot()
  writeFileSync(file, data)
  process.stdout.write(`${file} (${mime})\n`)
}

async function upload(connection: Connection, place: string, file: string): Promise<void> {
  const [poolName = '', volumeName = ''] = place.split('/')
  const pool = await connection.storagePoolLookupByName(poolName)
  const volume = await pool.storageVolLookupByName(volumeName)
  await volume.upload(createReadStream(file))
  process.stdout.write(`${await volume.getPath()}\n`)
}

const COMMANDS = { list, console: sitAtConsole, screenshot, upload }

async function main(given: string[]): Promise<void> {
  const uri = given[0] === '-c' ? given.splice(0, 2)[1] : undefined
  const [command = '', first = '', second = ''] = given
  if (!(command in COMMANDS)) throw new TypeError(`one of ${Object.keys(COMMANDS).join(', ')} is wanted`)
  await using connection = await openConnection(uri ?? 'qemu:///session')
  await COMMANDS[command as keyof typeof COMMANDS](connection, first, second)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const code = error instanceof LibvirtError ? ` (${error.code})` : ''
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}${code}\n`)
  process.exitCode = 1
}
