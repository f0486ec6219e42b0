import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import { DomainXml } from 'node-libvirt/xml'

import { knownDevice } from '../definitions/machine-files.ts'
import { whyNeeded } from '../disk-images/file-use-words.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'

/**
 * A file that is found by its name alone may be another machine's, which has one of the same name. What is only read, such
 * as a disc, may have many readers.
 * @throws StrataError 'wrong-state' with the reason
 */
export async function requireOwnDisk(
  fileUsers: FileUsers,
  host: Host,
  { uuid, targetDev, toPath }: RepairActionOf<'relink-disk'>,
): Promise<void> {
  const { name, disks } = await host.slow(async (connection) => {
    const definition = DomainXml.parse(await (await connection.domainLookupByUUID(uuid)).getXMLDesc(['inactive']))
    return { name: definition.name ?? '', disks: [...definition.devices.disks] }
  })
  const disk = disks.find(({ target }) => target.device === targetDev)
  if (disk === undefined || disk.isReadOnly || disk.isShareable || knownDevice(disk.device) === 'cdrom') return
  const except = [{ kind: 'machine', hostId: host.id, uuid, name }] as const
  const [use] = await (await fileUsers.ask({ host, paths: [toPath], except })).of(toPath)
  if (use !== undefined)
    throw new StrataError('wrong-state', say('repairActs.cannotDisk', { toPath, name, whyNeeded: whyNeeded(use) }))
}
