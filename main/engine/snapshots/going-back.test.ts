import { execFileSync } from 'node:child_process'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Job } from '@strata/contract/jobs.ts'
import { DomainXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { pointsInside, stamp, stampOf, takeInside } from '../testing/stamped-disk.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('going back to a restore point', () => {
  let test: TestEngine
  beforeAll(async () => {
    test = await startTestEngine()
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const ref = ({ uuid }: TestGuest) => ({ hostId, uuid })
  const take = async (guest: TestGuest, name: string) => {
    expect(await test.ended(test.client.snapshots.take({ ...ref(guest), name, description: '' }))).toMatchObject({
      state: 'done',
      problem: null,
    })
  }
  const revert = (guest: TestGuest, name: string, present: 'keep' | 'discard' = 'keep') =>
    test.client.snapshots.revert({ ...ref(guest), name, present })
  const points = async (guest: TestGuest) => (await test.client.snapshots.list(ref(guest))).snapshots
  const namesInLibvirt = async (guest: TestGuest) => {
    const domain = await test.libvirt.domainLookupByUUID(guest.uuid)
    return (await domain.listAllSnapshots()).map(({ name }) => name).sort()
  }
  const change = async (guest: TestGuest, edit: (definition: DomainXml) => void) => {
    const definition = DomainXml.parse(await guest.domain.getXMLDesc(['inactive']))
    edit(definition)
    await test.libvirt.domainDefineXML(definition.toString())
  }
  const furtherDisk = async (name: string) => {
    const path = join(await test.folder('further'), `${name}.qcow2`)
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '8M'])
    execFileSync('chown', [`${test.daemon.user.userId}:${test.daemon.user.groupId}`, path])
    return path
  }
  const addDisk = (path: string) => (definition: DomainXml) => {
    definition.devices.disks.add({
      type: 'file',
      device: 'disk',
      driver: { type: 'qcow2' },
      source: { file: path },
      target: { device: 'vdb', bus: 'virtio' },
    })
  }
  const removeDisk = (target: string) => (definition: DomainXml) => {
    const disk = definition.devices.disks.find((each) => each.target.device === target)
    if (disk) definition.devices.disks.remove(disk)
  }
  const expectBlocked = async (guest: TestGuest, name: string, reason: RegExp) => {
    expect((await test.client.snapshots.wayBack({ ...ref(guest), name })).blocked?.english).toMatch(reason)
    for (const present of ['keep', 'discard'] as const)
      await expect(revert(guest, name, present)).rejects.toMatchObject({
        code: 'wrong-state',
        message: expect.stringMatching(reason) as string,
      })
  }

  it('is blocked when a disk of the point was taken off since, and says whose it is now', async () => {
    const path = await furtherDisk('taken-off')
    const guest = await makeGuest(test, 'taken-off', { edit: addDisk(path) })
    await take(guest, 'two disks')
    await change(guest, removeDisk('vdb'))
    await stamp(path, 'X')
    await makeGuest(test, 'new-owner', { edit: addDisk(path) })
    expect((await points(guest))[0]?.revertBlocked?.english).toMatch(/Disk vdb .*is no disk of this machine any more/)
    await expectBlocked(guest, 'two disks', /Disk vdb .*Attach it again first\. .*also a disk of “new-owner”/)
    expect(await stampOf(path, 'X')).toBe('X')
    expect(await namesInLibvirt(guest)).toEqual(['two disks'])
  })

  it('is blocked when the file of a disk of the point is gone', async () => {
    const path = await furtherDisk('gone')
    const guest = await makeGuest(test, 'gone', { edit: addDisk(path) })
    await take(guest, 'both')
    await change(guest, removeDisk('vdb'))
    await rm(path)
    await expectBlocked(guest, 'both', /file of disk vdb.* is not there any more/)
  })

  it('is blocked when an image is built on the disk', async () => {
    const guest = await makeGuest(test, 'base')
    await take(guest, 'old')
    const child = join(await test.folder('further'), 'child.qcow2')
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', guest.diskPath, '-F', 'qcow2', child])
    await makeGuest(test, 'child', {
      edit: (definition) => {
        removeDisk('vda')(definition)
        addDisk(child)(definition)
      },
    })
    await expectBlocked(guest, 'old', /would be set back\. A disk of “child” is built on it/)
  })

  it('asks the daemon, not the picture, whether memory is saved', async () => {
    const guest = await makeGuest(test, 'saved')
    await take(guest, 'off')
    await guest.domain.create()
    await guest.domain.managedSave()
    await expectBlocked(guest, 'off', /saved state/)
    await guest.domain.managedSaveRemove()
  })

  it('is blocked when a running point had a medium that is gone and that it cannot start without', async () => {
    const guest = await makeGuest(test, 'medium', {
      edit: ({ devices }) => {
        for (const disk of devices.disks) disk.source.startupPolicy = null
      },
    })
    await guest.domain.create()
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
    await take(guest, 'with medium')
    await test.client.repairs.run({ kind: 'eject-media', ...ref(guest), targetDev: 'sda' })
    await rm(guest.isoPath)
    await expectBlocked(guest, 'with medium', /medium\.iso in sda .*only stop the machine/)
    expect((await guest.domain.getState()).state).toBe('running')
    await guest.domain.destroy()
  })

  it('goes without a medium that is gone and that the machine may start without', async () => {
    const guest = await makeGuest(test, 'optional-medium')
    await guest.domain.create()
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
    await take(guest, 'with medium')
    await test.client.repairs.run({ kind: 'eject-media', ...ref(guest), targetDev: 'sda' })
    await rm(guest.isoPath)
    expect(await test.ended(revert(guest, 'with medium'))).toMatchObject({ state: 'done', problem: null })
    expect(await namesInLibvirt(guest)).toEqual(['Before going back 1', 'with medium'])
    await guest.domain.destroy()
  })

  it('is blocked when an image holds the name twice, until the forgotten point is removed', async () => {
    const guest = await makeGuest(test, 'twins')
    await stamp(guest.diskPath, 'A')
    await takeInside(guest.diskPath, 'same')
    await stamp(guest.diskPath, 'B')
    await guest.domain.snapshotCreateXML('<domainsnapshot><name>same</name></domainsnapshot>')
    await stamp(guest.diskPath, 'C')
    await expectBlocked(guest, 'same', /holds two points of this name/)
    await expect(test.client.snapshots.remove({ ...ref(guest), name: 'same' })).rejects.toMatchObject({
      code: 'wrong-state',
    })
    const { forgotten } = await test.client.snapshots.list(ref(guest))
    expect(forgotten).toMatchObject([{ name: 'same', targetDevs: ['vda'], removeBlocked: null }])
    expect(forgotten[0]?.takeBackBlocked?.english).toMatch(/another point of this name/)
    const removal = test.client.snapshots.removeForgotten({ ...ref(guest), key: forgotten[0]?.key ?? '' })
    expect(await test.ended(removal)).toMatchObject({ state: 'done', problem: null })
    expect(await test.ended(revert(guest, 'same'))).toMatchObject({ state: 'done', problem: null })
    expect(await stampOf(guest.diskPath, 'ABC')).toBe('B')
  })

  it('is blocked when the image holds another point of that name', async () => {
    const guest = await makeGuest(test, 'replaced')
    await take(guest, 'mine')
    execFileSync('qemu-img', ['snapshot', '-d', 'mine', guest.diskPath])
    await expectBlocked(guest, 'mine', /does not hold this point/)
  })

  /** Runs until the job is at the step, or past it. */
  const untilStep = async (jobId: string, id: string) => {
    for await (const message of await test.client.jobs.watch()) {
      const jobs: readonly Job[] = message.type === 'snapshot' ? message.jobs : message.changed
      const job = jobs.find((each) => each.jobId === jobId)
      const step = job?.steps.find((each) => each.id === id)
      if (job?.endedAtMs !== null && job !== undefined) return
      if (step !== undefined && step.state !== 'waiting') return
    }
  }

  /** Until libvirt's qemu-img is at work on the image, or the job has ended. */
  const untilSetBackOrOver = async (path: string, jobId: string) => {
    const over = { is: false }
    void test.ended({ jobId }).then(() => (over.is = true))
    while (!(await isSettingBack(path)) && !over.is);
  }
  const isSettingBack = async (path: string) => {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).slice(-20)) {
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') // it has ended since
      if (words.includes('snapshot\0-a') && words.includes(path)) return true
    }
    return false
  }

  it.each([1, 2, 3])(
    'keeps the present, and says what became of it, when the daemon dies in the middle (%i)',
    async (round) => {
      const guest = await makeGuest(test, `killed-${round}`)
      await stamp(guest.diskPath, 'O')
      await take(guest, 'old')
      await stamp(guest.diskPath, 'P')
      const { jobId } = await revert(guest, 'old')
      await untilSetBackOrOver(guest.diskPath, jobId)
      await test.restartDaemon(() => Promise.resolve())
      const job = await test.ended({ jobId })
      expect(await namesInLibvirt(guest)).toEqual(['Before going back 1', 'old'])
      const content = await stampOf(guest.diskPath, 'OP')
      const current = (await points(guest)).find((point) => point.current)?.name
      if (job.state === 'done') expect([content, current]).toEqual(['O', 'old'])
      else expect(job.problem?.said.english).toMatch(/kept as the restore point “Before going back 1”/)
      // What was before can be had in any case.
      expect(await test.ended(revert(guest, 'Before going back 1', 'discard'))).toMatchObject({ state: 'done' })
      expect(await stampOf(guest.diskPath, 'OP')).toBe('P')
    },
  )

  it.each([1, 2, 3])('never leaves a point unseen that was being taken when the daemon died (%i)', async (round) => {
    const guest = await makeGuest(test, `taking-${round}`)
    const { jobId } = await test.client.snapshots.take({ ...ref(guest), name: 'new', description: '' })
    await untilStep(jobId, 'write')
    await test.restartDaemon(() => Promise.resolve())
    const { state } = await test.ended({ jobId })
    const { snapshots, forgotten } = await test.client.snapshots.list(ref(guest))
    expect(snapshots.map(({ name }) => name)).toEqual(state === 'done' ? ['new'] : [])
    expect(forgotten.length + snapshots.length).toBe((await pointsInside(guest.diskPath)).length)
  })
})
