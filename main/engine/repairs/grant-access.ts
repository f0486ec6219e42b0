import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { CapabilitiesXml } from 'node-libvirt/xml'

import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'
import { nullIfRefused } from '../null-if-refused.ts'
import { closedPlaces, type ClosedPlace } from '../storage/file-access.ts'
import { qemuUserOf, type QemuUser } from '../storage/qemu-user.ts'
import { filesOf } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import { isForQemu } from './openable-file.ts'
import { StrataError, toStrataError } from '../strata-error.ts'

const patienceMs = 10_000
const letters = { pass: 'x', read: 'r', 'read-write': 'rw' } as const

/**
 * Opens one folder or file to the user that runs QEMU, and only if it stands in that user's way to `filePath` right now.
 * The owner's own rights are changed where the owner lacks them; for anybody else an entry is added to the list of
 * further rights, so that nobody but this user gains anything.
 */
export async function grantAccess(
  fileUsers: FileUsers,
  host: Host,
  action: RepairActionOf<'grant-access'>,
): Promise<void> {
  const { filePath, path, right } = action
  const files = filesOf(host)
  const capabilities = await host.slow((connection) => nullIfRefused(connection.getCapabilities()))
  const user = await qemuUserOf(host, capabilities === null ? null : CapabilitiesXml.parse(capabilities))
  if (user === null) return // root may do everything
  const places = await closedPlaces(host, filePath, right === 'read-write' ? right : 'read', user)
  const place = places.find((each) => each.path === path && each.right === right)
  if (place === undefined) return // it was opened meanwhile, or never stood in the way
  if (!(await isForQemu(fileUsers, host, filePath, right === 'read-write' ? right : 'read'))) {
    const sentence = say('repairs.notOpenedNoMachine', { filePath, user: user.name, host: host.label })
    throw new StrataError('not-permitted', sentence)
  }
  await open(host, files, place, user)
}

async function open(host: Host, files: HostFiles, place: ClosedPlace, user: QemuUser): Promise<void> {
  const sentence = say('repairs.couldNotOpened', { path: place.path, user: user.name })
  try {
    if (place.ownerId === user.userId) await openToOwner(files, place)
    else await addEntry(host, place, user, sentence)
  } catch (error) {
    throw toStrataError(error, sentence)
  }
}

async function openToOwner(files: HostFiles, { path, right }: ClosedPlace): Promise<void> {
  const bits = { pass: 0o100, read: 0o400, 'read-write': 0o600 }[right]
  await files.changeMode(path, (await files.stat(path)).mode | bits)
}

async function addEntry(
  { programs, label }: Host,
  { path, right }: ClosedPlace,
  user: QemuUser,
  sentence: Said,
): Promise<void> {
  const entry = `u:${user.userId}:${letters[right]}`
  if (programs === null) throw new StrataError('unsupported', say('repairs.nothingCanRunHere', { sentence, label }))
  const ended = await programs.run('setfacl', ['--modify', entry, '--', path], { timeoutMs: patienceMs })
  if (ended.exitCode === 0) return
  throw new StrataError(
    ended.exitCode === null ? 'unsupported' : 'not-permitted',
    ended.exitCode === null
      ? say('repairs.programSetfaclNotInstalled', { sentence })
      : say('repairs.fileSystemMayNot', { sentence }),
    { detail: ended.errorText.trim() },
  )
}
