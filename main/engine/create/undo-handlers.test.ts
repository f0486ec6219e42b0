import { access, link, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { HostRegistry } from '../hosts/host-registry.ts'
import { Host } from '../hosts/host.ts'
import { runUndo, type UndoStep } from '../jobs/undo.ts'
import { sharedKvmTrial } from '../testing/shared-kvm-trial.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool, makeGuest } from '../testing/test-guest.ts'
import { undoHandlers } from './undo-handlers.ts'
import { pino } from 'pino'

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
      kind: 'session' as const,
    }
    host = new Host(definition, { log: pino({ level: 'silent' }), kvmTrial: sharedKvmTrial() })
    host.start()
    await host.whenConnected()
  }, 60_000)
  afterAll(async () => {
    await host.close()
    await test.stop()
  }, 60_000)

  const undo = (step: UndoStep) => runUndo(undoHandlers(new HostRegistry([host])), step, AbortSignal.timeout(30_000))

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

  it('happens at the next start when the engine died in the middle', async () => {
    const guest = await makeGuest(test, 'interrupted')
    await guest.domain.create()
    const pool = await guestPool(test)
    const steps: UndoStep[] = [
      { kind: 'delete-volume', hostId, poolUuid: pool.uuid, name: 'interrupted.qcow2' },
      { kind: 'undefine-machine', hostId, uuid: guest.uuid },
      { kind: 'destroy-machine', hostId, uuid: guest.uuid },
    ]
    const header = {
      type: 'job',
      jobId: 'died',
      kind: 'create-machine',
      title: 'Create “interrupted”',
      hostId,
      machineUuid: guest.uuid,
      startedAtMs: 1,
    }
    const lines = [header, ...steps.map((step) => ({ type: 'will-undo', step }))].map((line) => JSON.stringify(line))
    const next = await test.another(async (dataDir) => {
      await mkdir(join(dataDir, 'journal'), { recursive: true })
      await writeFile(join(dataDir, 'journal', 'died.jsonl'), `${lines.join('\n')}\n`)
    })
    await next.untilJobsEnded()
    expect((await test.libvirt.listAllDomains()).map(({ uuid }) => uuid)).not.toContain(guest.uuid)
    await expect(access(guest.diskPath)).rejects.toMatchObject({ code: 'ENOENT' })
    await next.close()
  })
})
