// The same without TypeScript, on every Node that the package runs on: prints the machines, and closes the connection
// whatever happens.
//   node examples/plain-javascript.mjs [uri]
import { LibvirtError, openConnection } from 'node-libvirt'

const connection = await openConnection(process.argv[2] ?? 'qemu:///session')
try {
  for (const domain of await connection.listAllDomains()) {
    const { state } = await domain.getState()
    process.stdout.write(`${domain.name}: ${state}\n`)
  }
  await connection.domainLookupByName('a machine that nobody has')
} catch (error) {
  if (!(error instanceof LibvirtError && error.code === 'no-domain')) throw error
  process.stdout.write('There is no such machine.\n')
} finally {
  await connection.close()
}
