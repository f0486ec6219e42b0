import { access } from 'node:fs/promises'

import { LibvirtError, type Connection, type Domain } from 'node-libvirt'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { undefineMachine } from '../machines/undefine.ts'
import { filesAreHere } from '../hosts/files-here.ts'
import { StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'
import { guardScreens } from '../machines/screen-password.ts'
import type { TrashEntry } from './trash-entry.ts'

/** Defines the machine again as it was, with its restore points; its files were never touched. */
export async function putBackMachine(host: Host, entry: TrashEntry): Promise<void> {
  requirePlace(host, entry)
  await requireFiles(host, entry)
  try {
    await host.slow((connection) => define(connection, entry))
  } catch (error) {
    throw toStrataError(error, `“${entry.name}” could not be put back.`)
  }
  await host.inventory.reloadMachine(entry.uuid)
}

function requirePlace(host: Host, { name, uuid }: TrashEntry): void {
  const machines = host.inventory.machines()
  if (machines.some((machine) => machine.uuid === uuid))
    throw new StrataError('already-exists', `“${name}” is there already.`)
  if (machines.some((machine) => machine.name === name)) {
    throw new StrataError(
      'already-exists',
      `There is another machine named “${name}” now. Rename it, then put this one back.`,
    )
  }
}

async function requireFiles(host: Host, { name, files }: TrashEntry): Promise<void> {
  if (!filesAreHere(host)) return
  const disks = files.filter(({ role }) => role === 'disk').map(({ path }) => path)
  const missing = (await Promise.all(disks.map(async (path) => ((await isMissing(path)) ? path : null)))).filter(
    (path) => path !== null,
  )
  if (missing.length === 0) return
  throw new StrataError('not-found', `“${name}” cannot be put back: its files are gone, ${missing.join(', ')}.`)
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await access(path)
    return false
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' // what only the daemon may see is not missing for that
  }
}

async function define(connection: Connection, entry: TrashEntry): Promise<void> {
  const definition = DomainXml.parse(entry.definition)
  if (entry.hadScreenPassword) guardScreens(definition)
  const domain = await connection.domainDefineXML(definition.toString())
  try {
    for (const point of entry.restorePoints) await redefinePoint(domain, entry, point)
    if (entry.autostart) await domain.setAutostart(true)
  } catch (error) {
    await undefineMachine(domain, 'keep') // half a machine would be taken for the whole one
    throw error
  }
}

async function redefinePoint(
  domain: Domain,
  entry: TrashEntry,
  { xml, current }: TrashEntry['restorePoints'][number],
): Promise<void> {
  const point = DomainSnapshotXml.parse(xml)
  if (entry.hadScreenPassword && point.hasDomain) guardScreens(point.domain)
  if (entry.hadScreenPassword && point.hasInactiveDomain) guardScreens(point.inactiveDomain)
  await domain.snapshotCreateXML(point.toString(), current ? ['redefine', 'current'] : ['redefine'])
}

/** Whether a machine is defined under this UUID. */
export async function isDefined(connection: Connection, uuid: string): Promise<boolean> {
  try {
    await connection.domainLookupByUUID(uuid)
    return true
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-domain') return false
    throw error
  }
}
