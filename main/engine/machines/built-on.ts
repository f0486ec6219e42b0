import type { Machine } from '@strata/contract/machines.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { say } from '@strata/contract/words/say.ts'
import { DomainXml } from 'node-libvirt/xml'

import { machineFiles } from '../definitions/machine-files.ts'
import { whyNeeded } from '../disk-images/file-use-words.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'

/**
 * Whether images of others stand on a disk that this machine writes to: then nothing may write to it. A sentence that
 * says whose; null: none.
 */
export async function whatIsBuiltOn(fileUsers: FileUsers, host: Host, machine: Machine): Promise<Said | null> {
  const paths = await writtenPaths(host, machine.uuid)
  if (paths.length === 0) return null
  const itself = { kind: 'machine', hostId: host.id, uuid: machine.uuid, name: machine.name } as const
  const uses = await fileUsers.ask({ host, paths, except: [itself] })
  for (const path of paths) {
    const over = (await uses.of(path)).find(({ through }) => through !== 'itself')
    if (over !== undefined) return say('machines.builtOnPath', { path, why: whyNeeded(over) })
  }
  return null
}

function writtenPaths(host: Host, uuid: string): Promise<string[]> {
  return host.slow(async (connection) => {
    const domain = await connection.domainLookupByUUID(uuid)
    const { images } = machineFiles(DomainXml.parse(await domain.getXMLDesc(['inactive'])))
    const paths = images.filter(({ device, readOnly }) => device === 'disk' && !readOnly).map(({ path }) => path)
    return paths.filter((path) => path !== '')
  })
}
