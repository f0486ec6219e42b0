import { execFile } from 'node:child_process'
import { access, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { FileUsers } from '../disk-images/file-users.ts'
import { HostRegistry } from '../hosts/host-registry.ts'
import { Host } from '../hosts/host.ts'
import { runUndo, type UndoContext, type UndoStep } from '../jobs/undo.ts'
import { sharedKvmTrial } from '../testing/shared-kvm-trial.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool, makeGuest, type TestGuest } from '../testing/test-guest.ts'
import { identifier, undoHandlers } from './undo-handlers.ts'
import { pino } from 'pino'

const run = promisify(execFile)

vi.setConfig({ testTimeout: 60_000 }) // real guests, on machines that may be busy

describe('taking back what a job made', () => {
  let test: TestEngine
  let host: Host
  beforeAll(async () => {
    test = await startTestEngine()
    const definition = {
      id: hostId,
      label: 'This computer',
      uri: test.daemon.uri('qemu:///session'),
    }
    host = new Host(definition, { log: pino({ level: 'silent' }), kvmTrial: sharedKvmTrial() })
    host.start()
    await host.whenConnected()
  }, 60_000)
  afterAll(async () => {
    await host.close()
    await test.stop()
  }, 60_000)

  const context = { jobId: 'job', mark: null, others: [], isLater: false }
  const undo = (step: UndoStep, about: Partial<UndoContext> = {}) => {
    const hosts = new HostRegistry([host])
    const signal = AbortSignal.timeout(30_000)
    return runUndo(undoHandlers(hosts, new FileUsers(hosts), test.folders.dataDir), step, {
      ...context,
      signal,
      ...about,
    })
  }

  it('removes a running machine with its restore points, its firmware variables and its disk', async () => {
    const guest = await makeGuest(test, 'half-made', { firmware: 'uefi' })
    const pool = await guestPool(test)
    await guest.domain.snapshotCreateXML('<domainsnapshot><name>one</name></domainsnapshot>')
    await guest.domain.create()
    const ref = { hostId, uuid: guest.uuid }
    await undo({ kind: 'destroy-machine', ...ref })
    await undo({ kind: 'delete-snapshot', ...ref, name: 'one' })
    expect(await guest.domain.snapshotNum()).toBe(1) // it may be what keeps the present
    await undo({ kind: 'undefine-machine', ...ref })
    await undo({ kind: 'delete-volume', hostId, poolUuid: pool.uuid, name: 'half-made.qcow2' })
    expect((await test.libvirt.listAllDomains()).map(({ uuid }) => uuid)).not.toContain(guest.uuid)
    await expect(access(guest.diskPath)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('finds a volume that the daemon has not seen yet', async () => {
    const pool = await guestPool(test)
    const path = join(await test.folder('guests'), 'unseen.qcow2')
    await writeFile(path, 'left by a daemon that died')
    await undo({ kind: 'delete-volume', hostId, poolUuid: pool.uuid, name: 'unseen.qcow2' })
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('succeeds where nothing was made, as the promise comes before the thing', async () => {
    const nobody = { hostId, uuid: '00000000-1111-2222-3333-444444444444' }
    await undo({ kind: 'destroy-machine', ...nobody })
    await undo({ kind: 'undefine-machine', ...nobody })
    await undo({ kind: 'delete-snapshot', ...nobody, name: 'x' })
    await undo({ kind: 'delete-volume', hostId, poolUuid: (await guestPool(test)).uuid, name: 'nothing' })
    await undo({ kind: 'delete-volume', hostId, poolUuid: nobody.uuid, name: 'nothing' })
    await undo({ kind: 'delete-file', path: join(test.folders.dataDir, 'nothing') })
  })

  describe('a file that was moved', () => {
    const moved = async (name: string) => {
      const folder = await test.folder('guests')
      const [path, originalPath] = [join(folder, `${name}-moved`), join(await test.folder('theirs'), `${name}.qcow2`)]
      await writeFile(path, 'mine')
      const fileNumber = (await stat(path, { bigint: true })).ino.toString()
      const step = { kind: 'put-back-file', hostId, path, originalPath, fileNumber } as const
      return { step, path, originalPath }
    }

    it('goes back to its place, and once is enough', async () => {
      const { step, path, originalPath } = await moved('once')
      await undo(step)
      await undo(step)
      expect(await readFile(originalPath, 'utf8')).toBe('mine')
      await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
    })

    it('that still has both names loses the new one', async () => {
      const { step, path, originalPath } = await moved('both')
      await link(path, originalPath)
      await undo(step)
      expect(await readFile(originalPath, 'utf8')).toBe('mine')
      await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
    })

    it('lies beside what has taken its place, which stays', async () => {
      const { step, originalPath } = await moved('taken')
      await writeFile(originalPath, 'another')
      await undo(step)
      expect(await readFile(originalPath, 'utf8')).toBe('another')
      expect(await readFile(originalPath.replace('.qcow2', '-2.qcow2'), 'utf8')).toBe('mine')
    })

    it('is left alone when it is another one', async () => {
      const { step, path } = await moved('other')
      await undo({ ...step, fileNumber: '1' })
      expect(await readFile(path, 'utf8')).toBe('mine')
    })
  })

  describe('of a thing that has become somebody’s', () => {
    const volume = (poolUuid: string, name: string) => ({ kind: 'delete-volume', hostId, poolUuid, name }) as const
    const markOf = async (step: UndoStep) => {
      const seen = await identifier(new HostRegistry([host]))(step)
      return seen === null ? null : { ...seen, isSealed: true }
    }

    it('leaves a machine that runs, and its disk', async () => {
      const guest = await makeGuest(test, 'at-work')
      const disk = volume((await guestPool(test)).uuid, 'at-work.qcow2')
      const others = [{ step: disk, mark: await markOf(disk) }]
      await guest.domain.create()
      const ref = { hostId, uuid: guest.uuid }
      const later = { isLater: true, others }
      expect(await undo({ kind: 'destroy-machine', ...ref }, later)).toMatchObject({
        kept: expect.anything() as unknown,
      })
      expect(await undo({ kind: 'undefine-machine', ...ref }, later)).toMatchObject({
        kept: expect.anything() as unknown,
      })
      expect(await undo(disk, { ...later, mark: await markOf(disk) })).toMatchObject({
        kept: expect.anything() as unknown,
      })
      expect(await guest.domain.isActive()).toBe(true)
      await access(guest.diskPath)
      await guest.domain.destroy()
    })

    it('leaves a machine whose disk was written to since, though it is off', async () => {
      const guest = await makeGuest(test, 'was-at-work')
      const disk = volume((await guestPool(test)).uuid, 'was-at-work.qcow2')
      const mark = await markOf(disk)
      await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x41 0 64k', guest.diskPath])
      const later = { isLater: true, others: [{ step: disk, mark }] }
      expect(await undo({ kind: 'undefine-machine', hostId, uuid: guest.uuid }, later)).toMatchObject({
        kept: expect.anything() as unknown,
      })
      expect(await undo(disk, { isLater: true, mark })).toMatchObject({ kept: expect.anything() as unknown })
      await access(guest.diskPath)
    })

    it('leaves a volume of the same name that somebody else has made, and put into a machine', async () => {
      const guest = await makeGuest(test, 'namesake')
      const disk = volume((await guestPool(test)).uuid, 'namesake.qcow2')
      expect(await undo(disk, { isLater: true })).toMatchObject({
        kept: { english: expect.stringContaining('“namesake”') as unknown },
      })
      await access(guest.diskPath)
    })

    it('leaves a volume of the same name with something in it, though no machine has it', async () => {
      const pool = await guestPool(test)
      const path = join(await test.folder('guests'), 'theirs.raw')
      await writeFile(path, Buffer.alloc(3 * 1024 ** 2, 0x42))
      await pool.refresh()
      expect(await undo(volume(pool.uuid, 'theirs.raw'), { isLater: true })).toMatchObject({
        kept: expect.anything() as unknown,
      })
      await access(path)
    })

    it('leaves a file that took the place of what was made', async () => {
      const pool = await guestPool(test)
      const path = join(await test.folder('guests'), 'replaced.raw')
      await writeFile(path, 'made')
      await pool.refresh()
      const disk = volume(pool.uuid, 'replaced.raw')
      const mark = await markOf(disk)
      await writeFile(`${path}.new`, 'theirs')
      await rename(`${path}.new`, path)
      expect(await undo(disk, { mark })).toMatchObject({ kept: expect.anything() as unknown })
      expect(await readFile(path, 'utf8')).toBe('theirs')
    })
  })

  /** A second engine that finds what a first one left of a creation. */
  const afterDeath = async (guest: TestGuest, isRunning: boolean) => {
    const pool = await guestPool(test)
    const steps: UndoStep[] = [
      { kind: 'delete-volume', hostId, poolUuid: pool.uuid, name: `${guest.name}.qcow2` },
      { kind: 'undefine-machine', hostId, uuid: guest.uuid },
      { kind: 'destroy-machine', hostId, uuid: guest.uuid },
    ]
    const title = `Create “${guest.name}”`
    const about = { jobId: 'died', kind: 'create-machine', title, hostId, machineUuid: guest.uuid, startedAtMs: 1 }
    if (isRunning) await guest.domain.create()
    const lines = [{ type: 'job', ...about }, ...steps.map((step) => ({ type: 'will-undo', step }))]
    const next = await test.another(async (dataDir) => {
      await mkdir(join(dataDir, 'journal'), { recursive: true })
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      await writeFile(join(dataDir, 'journal', 'died.jsonl'), text)
    })
    await next.untilJobsEnded()
    await next.close()
  }
  const isDefined = async ({ uuid }: TestGuest) =>
    (await test.libvirt.listAllDomains()).some((domain) => domain.uuid === uuid)

  it('happens at the next start when the engine died in the middle', async () => {
    const guest = await makeGuest(test, 'interrupted')
    await afterDeath(guest, false)
    expect(await isDefined(guest)).toBe(false)
    await expect(access(guest.diskPath)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('waits for the version that knows how, and what its notes name stays until then', async () => {
    const guest = await makeGuest(test, 'of-tomorrow')
    const pool = await guestPool(test)
    const journal = join(test.folders.dataDir, 'journal')
    const about = { kind: 'fold', title: 'Fold “web”', hostId, machineUuid: null, startedAtMs: 1 }
    const volume = { hostId, poolUuid: pool.uuid, name: 'of-tomorrow.qcow2' }
    const steps = {
      'by-volume': { kind: 'fold-volume', of: volume },
      'by-path': { kind: 'fold', files: [guest.diskPath] },
    }
    await mkdir(journal, { recursive: true })
    for (const [jobId, step] of Object.entries(steps)) {
      const lines = [
        { type: 'job', jobId, ...about },
        { type: 'will-undo', step },
      ]
      const path = join(journal, `${jobId}.jsonl`)
      await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      const { files } = await test.client.machines.planDeletion({ hostId, uuid: guest.uuid })
      expect(files.find(({ path: each }) => each === guest.diskPath)).toMatchObject({
        fate: 'keep',
        reason: '“Fold “web”” is under way, or was cut short, and needs it.',
      })
      await rm(path)
    }
  })

  it('does not happen at the next start to a machine that runs by then', async () => {
    const guest = await makeGuest(test, 'goes-on')
    await afterDeath(guest, true)
    expect(await guest.domain.isActive()).toBe(true)
    await access(guest.diskPath)
  })
})
