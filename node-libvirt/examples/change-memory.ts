// Changes how much memory a machine has from its next start on, through its description.
//   npx tsx examples/change-memory.ts uri machine mebibytes
import { openConnection } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

const [uri = 'qemu:///session', name = '', mebibytes = '1024'] = process.argv.slice(2)

await using connection = await openConnection(uri)
const domain = await connection.domainLookupByName(name)

// Passwords are left out of a description unless it is asked for securely, and would be lost when it is stored again.
const description = DomainXml.parse(await domain.getXMLDesc(['inactive', 'secure']))
description.memoryKiB = Number(mebibytes) * 1_024
description.currentMemoryKiB = Number(mebibytes) * 1_024
await connection.domainDefineXML(description.toString(), ['validate'])
process.stdout.write(`${name}: ${mebibytes} MiB from its next start on\n`)
