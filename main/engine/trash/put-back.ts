import { say } from '@strata/contract/words/say.ts'

import { LibvirtError, type Connection, type Domain } from 'node-libvirt'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import { whyNeeded } from '../disk-images/file-use-words.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import { presenceOf } from '../hosts/place/files-of.ts'
import { findMachine } from '../hosts/find-machine.ts'
import type { Host } from '../hosts/host.ts'
import { guardScreens } from '../machines/screen-password.ts'
import { StrataError } from '../strata-error.ts'
import type { TrashEntry } from './trash-entry.ts'

/**
 * Defines the machine again as it was, with its restore points; its files were never touched. May be begun again after it
 * was cut short: what is there already is not made twice.
 */
export async function putBackMachine(host: Host, entry: TrashEntry): Promise<void> {
  await host.slow(async (connection) => {
    const there = await findMachine(connection, entry.uuid)
    const domain = there ?? (await connection.domainDefineXML(definitionOf(entry)))
    const names = new Set((await domain.listAllSnapshots()).map(({ name }) => name))
    for (const point of entry.restorePoints) await redefinePoint(domain, entry, point, names)
    if (entry.autostart) await domain.setAutostart(true)
  })
}

/** @throws StrataError that says why it cannot come back now */
export async function requirePlace(host: Host, fileUsers: FileUsers, entry: TrashEntry): Promise<void> {
  await host.slow((connection) => requireName(connection, entry))
  await requireFiles(host, entry)
  await requireUnused(host, fileUsers, entry)
}

async function requireName(connection: Connection, { name, uuid }: TrashEntry): Promise<void> {
  if ((await findMachine(connection, uuid)) !== null)
    throw new StrataError('already-exists', say('trash.thereAlready', { name }))
  if (await hasName(connection, name)) {
    throw new StrataError('already-exists', say('trash.thereAnotherMachineNamed', { name }))
  }
}

async function hasName(connection: Connection, name: string): Promise<boolean> {
  try {
    await connection.domainLookupByName(name)
    return true
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-domain') return false
    throw error
  }
}

async function requireFiles({ files }: Host, { name, files: kept }: TrashEntry): Promise<void> {
  if (files === null) return
  // What only the daemon may see is not missing for that.
  const isMissing = async (path: string) => (await presenceOf(files, path)) === 'missing'
  const disks = kept.filter(({ role }) => role === 'disk').map(({ path }) => path)
  const missing = (await Promise.all(disks.map(async (path) => ((await isMissing(path)) ? path : null)))).filter(
    (path) => path !== null,
  )
  if (missing.length === 0) return
  throw new StrataError('not-found', say('trash.cannotPutBackFiles', { name, missing }))
}

/** Its own disks were nobody else's when it went: whoever has one now would write to it, or be built on it, beside it. */
async function requireUnused(host: Host, fileUsers: FileUsers, entry: TrashEntry): Promise<void> {
  const paths = entry.files.filter(({ role }) => role === 'disk').map(({ path }) => path)
  const owner = { kind: 'trash', entryId: entry.id, name: entry.name } as const
  const uses = await fileUsers.ask({ host, paths, except: [owner] })
  for (const path of paths) {
    // Another machine in the trash may need it too: that one is refused when its turn comes.
    const use = (await uses.of(path)).find(({ owner: { kind } }) => kind !== 'trash' && kind !== 'cloud-image')
    if (use === undefined) continue
    throw new StrataError(
      'busy',
      say('trash.cannotPutBackWhile', { name: entry.name, path, whyNeeded: whyNeeded(use) }),
    )
  }
}

function definitionOf(entry: TrashEntry): string {
  const definition = DomainXml.parse(entry.definition)
  if (entry.hadScreenPassword) guardScreens(definition)
  return definition.toString()
}

async function redefinePoint(
  domain: Domain,
  entry: TrashEntry,
  { xml, current }: TrashEntry['restorePoints'][number],
  there: ReadonlySet<string>,
): Promise<void> {
  const point = DomainSnapshotXml.parse(xml)
  if (there.has(point.name ?? '') && !current) return
  if (entry.hadScreenPassword && point.hasDomain) guardScreens(point.domain)
  if (entry.hadScreenPassword && point.hasInactiveDomain) guardScreens(point.inactiveDomain)
  await domain.snapshotCreateXML(point.toString(), current ? ['redefine', 'current'] : ['redefine'])
}
