import { unkeyed } from '@strata/contract/words/said.ts'
import { execFileSync } from 'node:child_process'
import { open, readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { Journal } from '../jobs/journal.ts'
import { stamp, stampOf } from '../testing/stamped-disk.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('mending an image', () => {
  let test: TestEngine
  beforeAll(async () => {
    test = await startTestEngine()
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const mend = ({ uuid, diskPath }: TestGuest) =>
    test.client.repairs.run({ kind: 'mend-image', hostId, uuid, path: diskPath })
  /** As QEMU marks an image that it found damaged. */
  const markDamaged = async ({ diskPath }: TestGuest) => {
    const file = await open(diskPath, 'r+')
    await file.write(Buffer.from([0, 0, 0, 0, 0, 0, 0, 2]), 0, 8, 72)
    await file.close()
  }
  const damaged = async (name: string) => {
    const guest = await makeGuest(test, name)
    execFileSync('qemu-img', ['amend', '-f', 'qcow2', '-o', 'compat=1.1', guest.diskPath])
    await stamp(guest.diskPath, 'A')
    await markDamaged(guest)
    return guest
  }
  const filesOf = async ({ diskPath }: TestGuest) =>
    (await readdir(dirname(diskPath))).filter((name) => name.startsWith(basename(diskPath))).sort()

  it('puts the mended one in its place, and leaves the one from before beside it, each time', async () => {
    const guest = await damaged('mended')
    const before = await readFile(guest.diskPath)
    await mend(guest)
    expect(await stampOf(guest.diskPath, 'A')).toBe('A')
    expect((await readFile(`${guest.diskPath}.before-mending`)).equals(before)).toBe(true)
    await markDamaged(guest)
    await mend(guest)
    expect(await filesOf(guest)).toEqual([
      'mended.qcow2',
      'mended.qcow2.before-mending',
      'mended.qcow2.before-mending-2',
    ])
  })

  it('leaves the image as it was when it cannot be mended', async () => {
    const guest = await damaged('hopeless')
    const file = await open(guest.diskPath, 'r+')
    await file.write(Buffer.from([0x7f, 0xff, 0xff, 0xff]), 0, 4, 36) // more of a table than any image has
    await file.close()
    const before = await readFile(guest.diskPath)
    await expect(mend(guest)).rejects.toMatchObject({ message: expect.stringContaining('is as it was') as string })
    expect((await readFile(guest.diskPath)).equals(before)).toBe(true)
    expect(await filesOf(guest)).toEqual(['hopeless.qcow2'])
  })

  it('is refused while the machine runs, and while another image is built on it', async () => {
    const guest = await makeGuest(test, 'needed')
    await guest.domain.create()
    await expect(mend(guest)).rejects.toMatchObject({
      message: expect.stringContaining('Shut it down first') as string,
    })
    await guest.domain.destroy()
    const over = join(await test.folder('over'), 'over.qcow2')
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', guest.diskPath, '-F', 'qcow2', over])
    await makeGuest(test, 'over', {
      edit: ({ devices }) => {
        const disk = devices.disks[0]
        if (disk !== undefined) disk.source.file = over
      },
    })
    await expect(mend(guest)).rejects.toMatchObject({
      message: expect.stringMatching(/cannot be changed\. A disk of “over” is built on it/) as string,
    })
  })

  it('mends an image below, when only this machine is built on it', async () => {
    const guest = await damaged('below')
    const over = join(await test.folder('over'), 'own.qcow2')
    execFileSync('qemu-img', ['create', '-q', '-u', '-f', 'qcow2', '-b', guest.diskPath, '-F', 'qcow2', over, '64M'])
    const definition = (await guest.domain.getXMLDesc(['inactive'])).replace(guest.diskPath, over)
    await test.libvirt.domainDefineXML(definition)
    await mend(guest)
    expect(await stampOf(guest.diskPath, 'A')).toBe('A')
  })

  it('that was cut short leaves the image, and takes the half copy away', async () => {
    const folder = await test.folder('cut-short')
    const [path, copyPath] = [join(folder, 'disk.qcow2'), join(folder, 'disk.qcow2.being-mended-1')]
    await writeFile(path, 'as it was')
    await writeFile(copyPath, 'half')
    const header = {
      jobId: 'cut-short',
      kind: 'mend-image',
      title: unkeyed('Mend an image'),
      hostId: null,
      machineUuid: null,
      startedAtMs: 0,
    }
    const second = await test.another(async (dataDir) => {
      const journal = await Journal.create(join(dataDir, 'journal'), header)
      await journal.append({ type: 'will-undo', step: { kind: 'tell', sentence: unkeyed('The image is whole.') } })
      await journal.append({ type: 'will-undo', step: { kind: 'delete-file', path: copyPath } })
      await journal.close()
    })
    await second.untilJobsEnded()
    await second.close()
    expect(await readdir(folder)).toEqual(['disk.qcow2'])
  })
})
