import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { DomainXml, StoragePoolXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { expectMended, expectStarts, expectStopped, causesOf, press, start, stoppedBy } from '../testing/mending.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool, makeGuest, type TestGuest, type TestGuestOptions } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 90_000 }) // real guests, on machines that may be busy
const run = promisify(execFile)

let test: TestEngine
let away: string
beforeAll(async () => {
  test = await startTestEngine()
  away = await test.folder('away')
  const pool = await test.libvirt.storagePoolDefineXML(
    StoragePoolXml.create({ type: 'dir', name: 'away', target: { path: away } }).toString(),
  )
  await pool.create()
  await test.until(({ pools }) => pools.get(pool.uuid)?.state === 'running')
}, 90_000)
afterAll(() => test.stop(), 60_000)

const userId = () => test.daemon.user.userId
const groupId = () => test.daemon.user.groupId
/** Run by us, and the image given to who runs the guests. */
const qemuImg = async (image: string, ...words: string[]) => {
  await run('qemu-img', words)
  await chown(image, userId(), groupId())
}
const definitionOf = async ({ domain }: TestGuest) => DomainXml.parse(await domain.getXMLDesc(['inactive']))
const refreshAway = async () => (await test.libvirt.storagePoolLookupByName('away')).refresh()

/** Its disk is laid over a base of its own. */
async function makeOverlaid(name: string, ...options: string[]): Promise<{ guest: TestGuest; base: string }> {
  const guest = await makeGuest(test, name)
  const base = join(await test.folder('bases'), `${name}-base.qcow2`)
  await qemuImg(base, 'create', '-q', '-f', 'qcow2', base, '64M')
  await qemuImg(guest.diskPath, 'create', '-q', '-f', 'qcow2', '-u', '-b', base, ...options, guest.diskPath, '64M')
  return { guest, base }
}

describe('a machine whose file is gone', () => {
  it('finds its disk in another pool by its name', async () => {
    const guest = await makeGuest(test, 'moved')
    await rename(guest.diskPath, join(away, 'moved.qcow2'))
    await refreshAway()
    await expectMended(test, guest, 'disk-missing', 'relink-disk')
    expect((await definitionOf(guest)).devices.disks[0]?.source.file).toBe(join(away, 'moved.qcow2'))
  })

  it('is not given a file of that name that is another machine’s disk', async () => {
    const guest = await makeGuest(test, 'twin')
    await rename(guest.diskPath, join(away, 'twin.qcow2'))
    await refreshAway()
    await makeGuest(test, 'twin-of-another', {
      edit: ({ devices }) => Object.assign(devices.disks[0]?.source ?? {}, { file: join(away, 'twin.qcow2') }),
    })
    const cause = await expectStopped(test, guest, 'disk-missing')
    await expect(press(test, cause, 'relink-disk')).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining('It is also a disk of “twin-of-another”.') as string,
    })
    expect((await definitionOf(guest)).devices.disks[0]?.source.file).toBe(guest.diskPath)
  })

  it('starts without the disk where it is nowhere, and keeps everything else', async () => {
    const guest = await makeGuest(test, 'lost')
    await rm(guest.diskPath)
    await expectMended(test, guest, 'disk-missing', 'detach-disk')
    expect((await definitionOf(guest)).devices.disks.map(({ target }) => target.device)).toEqual(['sda'])
  })

  it('gives up a medium that is gone', async () => {
    const guest = await makeGuest(test, 'medium', {
      edit: ({ devices }) => {
        const drive = devices.disks[1]
        if (drive !== undefined) drive.source.startupPolicy = 'mandatory'
      },
    })
    await rm(guest.isoPath)
    await expectMended(test, guest, 'medium-missing', 'eject-media')
  })

  it('finds the image that its disk is built on', async () => {
    const { guest, base } = await makeOverlaid('overlaid', '-F', 'qcow2')
    await rename(base, join(away, 'overlaid-base.qcow2'))
    await refreshAway()
    const cause = await expectMended(test, guest, 'backing-missing', 'rebase-image')
    expect(cause.sentence).toContain(base)
    expect((await run('qemu-img', ['info', guest.diskPath])).stdout).toContain(join(away, 'overlaid-base.qcow2'))
  })

  it('boots from its disk where the kernel that it was started with is gone', async () => {
    const guest = await makeGuest(test, 'kernel', {
      edit: ({ os }) => Object.assign(os, { kernelPath: '/nowhere/vmlinuz', kernelCommandLine: 'quiet' }),
    })
    await expectMended(test, guest, 'kernel-missing', 'drop-direct-boot')
  })

  it('is left alone by a repair that was offered for what it was before', async () => {
    const guest = await makeGuest(test, 'stale')
    await rename(guest.diskPath, join(away, 'stale.qcow2'))
    await refreshAway()
    const cause = await expectStopped(test, guest, 'disk-missing')
    await press(test, cause, 'relink-disk')
    await expect(press(test, cause, 'detach-disk')).rejects.toMatchObject({ code: 'wrong-state' })
    expect((await definitionOf(guest)).devices.disks).toHaveLength(2)
  })
})

describe('a machine whose file is closed to QEMU', () => {
  /** A medium in a folder that belongs to somebody else, or where tests are not root to the daemon's own user. */
  async function guestWithMedium(name: string): Promise<{ guest: TestGuest; home: string; path: string }> {
    const home = join(test.daemon.dataFolder, `home-${name}`)
    const path = join(home, 'Downloads', 'a.iso')
    await mkdir(join(home, 'Downloads'), { recursive: true })
    const edit: TestGuestOptions['edit'] = ({ devices }) => {
      const drive = devices.disks[1]
      if (drive !== undefined) Object.assign(drive.source, { file: path, startupPolicy: 'mandatory' })
    }
    const guest = await makeGuest(test, name, { edit })
    await writeFile(path, await readFile(guest.isoPath))
    return { guest, home, path }
  }

  it('is let through exactly the folder that was closed', async () => {
    const { guest, home } = await guestWithMedium('closed-home')
    await chmod(home, 0o700)
    const isOwn = (await stat(home)).uid === userId()
    if (isOwn) await chmod(home, 0o600)
    const cause = await expectStopped(test, guest, 'folder-closed')
    expect(cause.sentence).toContain(`the folder ${home} is closed`)
    await press(test, cause, 'grant-access')
    await expectStarts(test, guest)
    const { stdout } = await run('getfacl', ['--numeric', '--omit-header', '--absolute-names', home])
    expect(stdout).toContain(isOwn ? 'user::rwx' : `user:${userId()}:--x`)
    expect(stdout).toContain('other::---') // nobody else was let in
  })

  it('uses a copy in a pool', async () => {
    const { guest, home } = await guestWithMedium('copied')
    await chmod(home, (await stat(home)).uid === userId() ? 0o600 : 0o700)
    await expectMended(test, guest, 'folder-closed', 'copy-into-pool')
    expect((await definitionOf(guest)).devices.disks[1]?.source.file).toMatch(/\/(guests|away)\/a\.iso$/)
  })

  it('may write to its own disk again', async () => {
    const guest = await makeGuest(test, 'read-only')
    await chmod(guest.diskPath, 0o400)
    const cause = await expectMended(test, guest, 'file-closed', 'grant-access')
    expect(cause.proof).toContain('0400')
    expect((await stat(guest.diskPath)).mode & 0o777).toBe(0o600)
  })

  it('is opened no file that no machine uses and that is no medium', async () => {
    const folder = await test.folder('secrets')
    const path = join(folder, 'id_ed25519')
    await writeFile(path, '-----BEGIN OPENSSH PRIVATE KEY-----\n')
    const [fileMode, folderMode] = [0o000, 0o700]
    await chmod(path, fileMode)
    for (const right of ['read', 'read-write'] as const) {
      await expect(
        test.client.repairs.run({ kind: 'grant-access', hostId, filePath: path, path, right }),
      ).rejects.toMatchObject({ code: 'not-permitted' })
    }
    expect([(await stat(path)).mode & 0o777, (await stat(folder)).mode & 0o777 & folderMode]).toEqual([
      fileMode,
      folderMode,
    ])
  })

  it('gets no emulator that the host does not name', async () => {
    const { guest } = await guestWithMedium('emulated')
    await expect(
      test.client.repairs.run({ kind: 'set-emulator', hostId, uuid: guest.uuid, path: '/bin/sh' }),
    ).rejects.toMatchObject({ code: 'not-permitted' })
  })

  it('is opened nothing that does not stand in its way', async () => {
    const { home, path } = await guestWithMedium('nothing-closed')
    await chmod(home, 0o750)
    const elsewhere = await test.folder('elsewhere')
    await chmod(elsewhere, 0o700)
    await test.client.repairs.run({ kind: 'grant-access', hostId, filePath: path, path: elsewhere, right: 'pass' })
    expect((await stat(elsewhere)).mode & 0o777).toBe(0o700)
  })
})

describe('a machine whose image is not what it is called', () => {
  it('is told the format of its disk', async () => {
    const guest = await makeGuest(test, 'raw-disk')
    await writeFile(guest.diskPath, Buffer.alloc(1024 ** 2))
    await expectMended(test, guest, 'format-wrong', 'set-disk-format')
  })

  it('is told the format of the image below, which libvirt does not guess', async () => {
    const { guest, base } = await makeOverlaid('unsaid', '-F', 'qcow2')
    const deepest = join(await test.folder('bases'), 'deepest.qcow2')
    await qemuImg(deepest, 'create', '-q', '-f', 'qcow2', deepest, '64M')
    await qemuImg(base, 'rebase', '-u', '-f', 'qcow2', '-b', deepest, '-F', 'qcow2', base)
    await run('qemu-img', ['rebase', '-u', '-f', 'qcow2', '-b', '', guest.diskPath])
    await writeBackingName(guest.diskPath, base)
    await expectMended(test, guest, 'backing-format-unknown', 'rebase-image')
  })

  it('has a damaged image mended, and a copy of it kept', async () => {
    const guest = await makeGuest(test, 'damaged')
    await qemuImg(guest.diskPath, 'create', '-q', '-f', 'qcow2', '-o', 'compat=1.1', guest.diskPath, '64M')
    const file = await open(guest.diskPath, 'r+')
    await file.write(Buffer.from([0, 0, 0, 0, 0, 0, 0, 2]), 0, 8, 72) // marked as QEMU marks it
    await file.close()
    const damaged = await readFile(guest.diskPath)
    await expectMended(test, guest, 'image-damaged', 'mend-image')
    expect((await readFile(`${guest.diskPath}.before-mending`)).equals(damaged)).toBe(true)
  })

  it('is warned where a disk that is read as raw looks like qcow2, and starts all the same', async () => {
    const guest = await makeGuest(test, 'looks', {
      edit: ({ devices }) => {
        const disk = devices.disks[0]
        if (disk !== undefined) disk.driver.type = 'raw'
      },
    })
    expect((await causesOf(test, guest)).map(({ id, severity }) => [id, severity])).toEqual([
      ['format-unsure', 'warns'],
    ])
    await expectStarts(test, guest)
  })
})

/** An image that names what it is built on without a format, as older programs made them. */
async function writeBackingName(path: string, base: string): Promise<void> {
  const file = await open(path, 'r+')
  const name = Buffer.from(base)
  const place = Buffer.alloc(12)
  place.writeBigUInt64BE(1024n, 0)
  place.writeUInt32BE(name.length, 8)
  await file.write(name, 0, name.length, 1024)
  await file.write(place, 0, 12, 8)
  await file.close()
}

describe('a machine whose disk somebody else has', () => {
  it('is told which machine, and that one can be forced off', async () => {
    const holder = await makeGuest(test, 'holder')
    const guest = await makeGuest(test, 'second', {
      edit: ({ devices }) => {
        const disk = devices.disks[0]
        if (disk !== undefined) disk.source.file = holder.diskPath
      },
    })
    await start(test, holder) // with the other's disk, which is asked for first
    await test.until(({ machines }) => machines.get(holder.uuid)?.state === 'running')
    const cause = await expectMended(test, guest, 'disk-in-use', 'force-off')
    expect(cause.sentence).toContain('“holder”')
  })

  it('is told which program', async () => {
    const guest = await makeGuest(test, 'opened')
    const program = execFile('qemu-io', ['-f', 'qcow2', '-c', 'read 0 512', '-c', 'sleep 60000', guest.diskPath])
    await vi.waitFor(async () => expect(await stoppedBy(test, guest)).toEqual(['disk-in-use']), { timeout: 20_000 })
    const cause = await expectStopped(test, guest, 'disk-in-use')
    expect(cause.sentence).toContain(`qemu-io (process ${program.pid ?? 0})`)
    program.kill('SIGKILL')
    await vi.waitFor(async () => expect(await stoppedBy(test, guest)).toEqual([]), { timeout: 20_000 })
    await expectStarts(test, guest)
  })
})

describe('a machine on a pool', () => {
  async function guestOnPool(name: string): Promise<TestGuest> {
    await guestPool(test)
    return makeGuest(test, name, {
      edit: ({ devices }) => {
        const disk = devices.disks[0]
        if (disk === undefined) return
        disk.type = 'volume'
        Object.assign(disk.source, { file: null, pool: 'guests', volume: `${name}.qcow2` })
      },
    })
  }

  it('that stands still has it started', async () => {
    const guest = await guestOnPool('on-pool')
    const pool = await guestPool(test)
    await pool.destroy()
    await test.until(({ pools }) => pools.get(pool.uuid)?.state === 'inactive')
    await expectMended(test, guest, 'pool-inactive', 'start-pool')
  })

  it('that lost its volume finds it in another', async () => {
    const guest = await guestOnPool('strayed')
    await rename(guest.diskPath, join(away, 'strayed.qcow2'))
    await (await guestPool(test)).refresh()
    await refreshAway()
    await expectMended(test, guest, 'volume-missing', 'relink-disk')
  })

  it('that is not there any more is started without its disk', async () => {
    const guest = await makeGuest(test, 'no-pool', {
      edit: ({ devices }) => {
        const disk = devices.disks[0]
        if (disk === undefined) return
        disk.type = 'volume'
        Object.assign(disk.source, { file: null, pool: 'gone', volume: 'no-pool.qcow2' })
      },
    })
    await rm(guest.diskPath)
    await (await guestPool(test)).refresh()
    await expectMended(test, guest, 'pool-missing', 'detach-disk')
  })
})
