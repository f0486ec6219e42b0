import { dirname, join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import { DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'

import { fileIdentity } from '../disk-images/file-key.ts'
import { presenceOf } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import type { Host } from '../hosts/host.ts'
import { hasFirmwareVariables } from '../machines/undefine.ts'
import { StrataError, systemCodeOf } from '../strata-error.ts'
import type { TrashEntry } from './trash-entry.ts'

/*
 * libvirt's own place for a UEFI machine's variables goes by the machine's name, which another machine may take while this
 * one is in the trash: that one would write to them, and delete them with itself. So they get a name that nobody else has.
 */

/**
 * Gives the variables of a machine that libvirt does not know any more the name of its UUID, and gives the entry that names
 * them so. May be begun again after it was cut short. Where this user may not, they stay where they are.
 * @param folder libvirt's own place; null: it is not known
 */
export async function setVariablesAside(host: Host, entry: TrashEntry, folder: string | null): Promise<TrashEntry> {
  const found = variablesIn(host, entry, folder)
  if (found === null || found.path === found.asidePath) return entry
  const isThat = async (path: string) => (await fileIdentity(host, path)) === found.identity
  if (!(await isThat(found.asidePath))) {
    if ((await isThere(found.files, found.asidePath)) || !(await isThat(found.path))) return entry
    if (!(await isRenamed(found.files, found.path, found.asidePath))) return entry
  }
  return withVariablesAt(entry, found.path, found.asidePath)
}

/** The same backwards, for a machine that is defined after all. */
export async function takeVariablesBack(host: Host, entry: TrashEntry, folder: string | null): Promise<void> {
  const found = variablesIn(host, entry, folder)
  if (found === null || found.path === found.asidePath || (await isThere(found.files, found.path))) return
  if ((await fileIdentity(host, found.asidePath)) === found.identity)
    await isRenamed(found.files, found.asidePath, found.path)
}

function variablesIn({ files }: Host, entry: TrashEntry, folder: string | null) {
  if (folder === null || files === null) return null
  const file = entry.files.find(({ role }) => role === 'firmware-variables')
  if (file?.identity == null || dirname(file.path) !== folder) return null
  return { files, path: file.path, identity: file.identity, asidePath: join(folder, `${entry.uuid}_VARS.fd`) }
}

async function isRenamed(files: HostFiles, from: string, to: string): Promise<boolean> {
  try {
    await files.rename(from, to)
    return true
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return false // a folder that only the daemon may change
  }
}

async function isThere(files: HostFiles, path: string): Promise<boolean> {
  const presence = await presenceOf(files, path)
  if (presence !== 'unknown') return presence === 'there'
  throw new StrataError('not-permitted', say('trash.whetherThereFileMay', { path }))
}

/** The points' definitions too: going back to one brings its definition back. */
function withVariablesAt(entry: TrashEntry, from: string, to: string): TrashEntry {
  const definition = DomainXml.parse(entry.definition)
  nameVariables(definition, from, to)
  return {
    ...entry,
    definition: definition.toString(),
    files: entry.files.map((file) => (file.path === from ? { ...file, path: to } : file)),
    restorePoints: entry.restorePoints.map(({ xml, current }) => {
      const point = DomainSnapshotXml.parse(xml)
      if (point.hasDomain) nameVariables(point.domain, from, to)
      if (point.hasInactiveDomain) nameVariables(point.inactiveDomain, from, to)
      return { xml: point.toString(), current }
    }),
  }
}

function nameVariables(definition: Pick<DomainXml, 'os'>, from: string, to: string): void {
  const { nvram } = definition.os
  if (hasFirmwareVariables(definition) && (nvram.path === null || nvram.path === from)) nvram.path = to
}
