import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { readQemuUser, whyUnreadable, type QemuUser } from './qemu-access.ts'

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

describe('a guest of the system', () => {
  it('reads a file whose folders may be passed', async () => {
    expect(await whyUnreadable(path(), stranger)).toBeNull()
  })

  it('is stopped by the first closed folder, which is named', async () => {
    await chmod(join(folder, 'home'), 0o700)
    expect(await whyUnreadable(path(), stranger)).toContain(`${join(folder, 'home')} is closed to libvirt-qemu`)
  })

  it('is stopped by a file that only its owner reads', async () => {
    await chmod(path(), 0o600)
    expect(await whyUnreadable(path(), stranger)).toContain('file may not be read by libvirt-qemu')
  })

  it('has the rights of its groups, and only those when a group fits', async () => {
    const member = { ...stranger, groupIds: new Set([process.getgid?.() ?? 0]) }
    await chmod(path(), 0o640)
    expect(await whyUnreadable(path(), member)).toBeNull()
    await chmod(path(), 0o604)
    expect(await whyUnreadable(path(), member)).not.toBeNull()
  })

  it('is found in the lists of users and groups', async () => {
    await writeFile(join(folder, 'passwd'), 'root:x:0:0::/:/bin/sh\nlibvirt-qemu:x:64055:107::/:/bin/false\n')
    await writeFile(join(folder, 'group'), 'root:x:0:\nkvm:x:107:\nimages:x:500:joe,libvirt-qemu\n')
    expect(await readQemuUser(join(folder, 'passwd'), join(folder, 'group'))).toEqual({
      name: 'libvirt-qemu',
      userId: 64_055,
      groupIds: new Set([107, 500]),
    })
  })
})
