import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { ownPorts } from '../hosts/place/own-ports.ts'
import { fakePlace } from '../testing/fake-place.ts'
import { closedPlaces } from './file-access.ts'
import { describeUser, type QemuUser } from './qemu-user.ts'

const stranger: QemuUser = { name: 'libvirt-qemu', userId: 64_055, groupIds: new Set([64_055]) }
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-'))
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'home'))
  await writeFile(join(folder, 'home', 'a.iso'), '')
  await chmod(join(folder, 'home'), 0o711)
  await chmod(join(folder, 'home', 'a.iso'), 0o644)
})
afterEach(() => rm(folder, { recursive: true }))

const path = () => join(folder, 'home', 'a.iso')
const closedTo = async (user: QemuUser) =>
  (await closedPlaces(ownPorts(), path(), 'read', user)).map((place) => [place.path, place.right])

describe('the way to a file', () => {
  it('is open where its folders may be passed and it may be read', async () => {
    expect(await closedTo(stranger)).toEqual([])
  })

  it('is closed by a folder, and by the file itself, each of which is named', async () => {
    await chmod(join(folder, 'home'), 0o700)
    await chmod(path(), 0o600)
    expect(await closedTo(stranger)).toEqual([
      [join(folder, 'home'), 'pass'],
      [path(), 'read'],
    ])
  })

  it('is open to the members of its group, and only by the group’s rights', async () => {
    const member = { ...stranger, groupIds: new Set([process.getgid?.() ?? 0]) }
    await chmod(path(), 0o640)
    expect(await closedTo(member)).toEqual([])
    await chmod(path(), 0o604)
    expect(await closedTo(member)).toEqual([[path(), 'read']])
  })
})

describe('the user that runs QEMU', () => {
  it('is found in the lists of users and groups', async () => {
    const place = fakePlace(folder)
    await place.put('/etc/passwd', 'root:x:0:0::/:/bin/sh\nlibvirt-qemu:x:64055:107::/:/bin/false\n')
    await place.put('/etc/group', 'root:x:0:\nkvm:x:107:\nimages:x:500:joe,libvirt-qemu\n')
    expect(await describeUser(place.files, place.login, 64_055)).toEqual({
      name: 'libvirt-qemu',
      userId: 64_055,
      groupIds: new Set([107, 500]),
    })
  })
})
