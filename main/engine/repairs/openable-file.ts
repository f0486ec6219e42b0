import type { Connection } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import { machineFiles } from '../definitions/machine-files.ts'
import { contentHeadBytes, isDisk, readDiskContent } from '../disk-images/disk-content.ts'
import { detectFormat } from '../disk-images/image-format.ts'
import { standsOn } from '../disk-images/image-users.ts'
import { canonicalPath } from '../hosts/files-here.ts'
import type { Host } from '../hosts/host.ts'
import { withLocalFile } from '../this-computer/local-file.ts'

/**
 * Whether a file may be opened to the user that runs QEMU: a machine of this host uses it, or, for reading, it is by
 * its own content a medium or an image that a new machine could be made from. Any other file of the user's is none of
 * QEMU's business, whoever asks.
 */
export async function isForQemu(host: Host, path: string, right: 'read' | 'read-write'): Promise<boolean> {
  if (right === 'read' && (await isMedium(path))) return true
  return isUsed(host, await canonicalPath(host, path))
}

async function isMedium(path: string): Promise<boolean> {
  try {
    return await withLocalFile(path, 'path', async ({ sizeBytes, readAt }) => {
      const { kind } = await detectFormat(readAt, sizeBytes)
      return kind !== 'plain' || isDisk(readDiskContent(await readAt(0, contentHeadBytes)))
    })
  } catch {
    return false // what cannot be looked into may still be a machine's
  }
}

function isUsed(host: Host, wanted: string): Promise<boolean> {
  return host.slow(async (connection) => {
    for (const { uuid } of host.inventory.machines()) {
      for (const used of await filesOf(connection, uuid)) {
        if ((await canonicalPath(host, used)) === wanted) return true
        if (await standsOn(host, used, wanted)) return true
      }
    }
    return false
  })
}

/** All that the stored definition names for QEMU to open. One that went meanwhile uses nothing. */
async function filesOf(connection: Connection, uuid: string): Promise<string[]> {
  const domain = await connection.domainLookupByUUID(uuid)
  const definition = DomainXml.parse(await domain.getXMLDesc(['inactive']))
  const { images, nvramPath } = machineFiles(definition)
  const { kernelPath, initrdPath, loader } = definition.os
  const boot = [nvramPath, kernelPath, initrdPath, loader.path]
  const all = [...images.map(({ path }) => path), ...boot]
  return all.filter((path): path is string => path !== null && path !== '')
}
