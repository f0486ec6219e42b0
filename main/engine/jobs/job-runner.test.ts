import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Job } from '@strata/contract/jobs.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { deferred } from '../deferred.ts'
import { StrataError } from '../strata-error.ts'
import { Journal } from './journal.ts'
import { JobRunner } from './job-runner.ts'
import type { UndoHandlers, UndoStep } from './undo.ts'

const wanted = {
  kind: 'create-machine',
  title: unkeyed('Create “web”'),
  hostId: 'h',
  steps: [
    { id: 'volume', label: unkeyed('Make the disk') },
    { id: 'upload', label: unkeyed('Copy the medium') },
    { id: 'define', label: unkeyed('Define the machine') },
  ],
}
const volume: UndoStep = { kind: 'delete-volume', hostId: 'h', poolUuid: 'p', name: 'web.qcow2' }
const machine: UndoStep = { kind: 'undefine-machine', hostId: 'h', uuid: 'm' }

describe('the jobs', () => {
  let folder: string
  let undone: string[]
  let failing: Set<string>
  let hostReady: Promise<void>
  let jobs: JobRunner

  const makeRunner = () => {
    const undo = (step: UndoStep) => {
      if (failing.has(step.kind)) return Promise.reject(new Error(`${step.kind} does not work`))
      undone.push(step.kind)
      return Promise.resolve()
    }
    const undoHandlers: UndoHandlers = {
      'delete-volume': undo,
      'undefine-machine': undo,
      'destroy-machine': undo,
      'delete-snapshot': undo,
      'delete-file': undo,
      'put-back-file': undo,
      'finish-revert': () => Promise.resolve(),
      tell: ({ sentence }) => Promise.resolve({ kept: sentence }),
    }
    return new JobRunner({
      journalDir: folder,
      undoHandlers,
      identify: () => Promise.resolve(null),
      knowsHost: (hostId) => hostId === 'h',
      whenHostReady: () => hostReady,
      log: pino({ level: 'silent' }),
    })
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobs-'))
    undone = []
    failing = new Set()
    hostReady = Promise.resolve()
    jobs = makeRunner()
  })
  afterEach(async () => {
    await jobs.close()
    await rm(folder, { recursive: true })
  })

  const job = (jobId: string): Job => {
    const found = jobs.list().find((each) => each.jobId === jobId)
    if (found === undefined) throw new Error(`no job ${jobId}`)
    return found
  }
  /** Work that goes on until it is cancelled. */
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      const stop = () => {
        reject(signal.reason as Error)
      }
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    })
  const ended = async (jobId: string): Promise<Job> => {
    for await (const _ of jobs.watch()) if (job(jobId).endedAtMs !== null) break
    return job(jobId)
  }

  it('tell their steps as they go, and what they made', async () => {
    const gate = deferred<undefined>()
    const { jobId } = jobs.start(wanted, async (control) => {
      control.step('volume')
      control.step('define')
      await gate.promise
      return { machine: { hostId: 'h', uuid: 'm' } }
    })
    expect(job(jobId).steps.map(({ state }) => state)).toEqual(['done', 'skipped', 'running'])
    gate.resolve(undefined)
    const done = await ended(jobId)
    expect(done).toMatchObject({
      state: 'done',
      problem: null,
      result: { machine: { hostId: 'h', uuid: 'm' } },
      cancellable: false,
    })
    expect(done.steps.map(({ state }) => state)).toEqual(['done', 'skipped', 'done'])
  })

  it('leave no journal when they succeed', async () => {
    const { jobId } = jobs.start(wanted, async (control) => {
      await control.willUndo(volume)
      expect(await readdir(folder)).toHaveLength(1)
    })
    expect((await ended(jobId)).state).toBe('done')
    expect(undone).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('take back what they made, the last first, when they fail', async () => {
    const { jobId } = jobs.start(wanted, async (control) => {
      control.step('volume')
      await control.willUndo(volume)
      await control.willUndo(machine)
      throw new StrataError('out-of-space', 'The pool is full.')
    })
    const failed = await ended(jobId)
    expect(failed).toMatchObject({
      state: 'failed',
      problem: { code: 'out-of-space', said: { english: 'The pool is full.' } },
    })
    expect(failed.steps.map(({ state }) => state)).toEqual(['failed', 'skipped', 'skipped'])
    expect(undone).toEqual(['undefine-machine', 'delete-volume'])
    expect(await readdir(folder)).toEqual([])
  })

  it('take nothing back of what was kept', async () => {
    const { jobId } = jobs.start(wanted, async (control) => {
      await control.willUndo(volume)
      await control.keep()
      await control.willUndo(machine)
      throw new Error('late')
    })
    expect((await ended(jobId)).state).toBe('failed')
    expect(undone).toEqual(['undefine-machine'])
  })

  it('can be cancelled, and are then taken back', async () => {
    const { jobId } = jobs.start(wanted, async (control) => {
      await control.willUndo(volume)
      await untilAborted(control.signal)
    })
    await expect.poll(() => readdir(folder)).toHaveLength(1)
    jobs.cancel(jobId)
    expect(job(jobId).state).toBe('cancelling')
    expect(await ended(jobId)).toMatchObject({ state: 'cancelled', problem: null })
    expect(undone).toEqual(['delete-volume'])
    jobs.dismiss(jobId)
    expect(jobs.list()).toEqual([])
  })

  it('that are being cancelled, or have ended, are not disturbed by another cancel', async () => {
    const gate = deferred<undefined>()
    const { jobId } = jobs.start(wanted, async (control) => {
      await gate.promise
      control.signal.throwIfAborted()
    })
    jobs.cancel(jobId)
    jobs.cancel(jobId)
    expect(job(jobId).state).toBe('cancelling')
    gate.resolve(undefined)
    expect((await ended(jobId)).state).toBe('cancelled')
    jobs.cancel(jobId)
    expect(job(jobId).state).toBe('cancelled')
  })

  it('promise nothing more once they are cancelled', async () => {
    const { jobId } = jobs.start(wanted, async (control) => {
      await untilAborted(control.signal).catch(() => undefined)
      await control.willUndo(volume)
    })
    jobs.cancel(jobId)
    expect((await ended(jobId)).state).toBe('cancelled')
    expect(await readdir(folder)).toEqual([])
  })

  it('that cannot be cancelled, are running or not there say so', async () => {
    const gate = deferred<undefined>()
    const { jobId } = jobs.start({ ...wanted, cancellable: false }, () => gate.promise)
    expect(() => {
      jobs.cancel(jobId)
    }).toThrow(expect.objectContaining({ code: 'wrong-state' }))
    expect(() => {
      jobs.dismiss(jobId)
    }).toThrow(expect.objectContaining({ code: 'wrong-state' }))
    expect(() => {
      jobs.cancel('none')
    }).toThrow(expect.objectContaining({ code: 'not-found' }))
    gate.resolve(undefined)
    await ended(jobId)
  })

  it('tell both when taking back fails too, undo the rest, and keep what is left for the next start', async () => {
    failing.add('undefine-machine')
    const { jobId } = jobs.start(wanted, async (control) => {
      await control.willUndo(volume)
      await control.willUndo(machine)
      throw new StrataError('busy', 'No.')
    })
    const failed = await ended(jobId)
    expect(failed.problem?.said.english).toContain('No. Not all')
    expect(failed.problem?.detail).toContain('undefine-machine does not work')
    expect(undone).toEqual(['delete-volume'])
    await jobs.close()
    failing.clear()
    jobs = makeRunner()
    await jobs.recover()
    await expect.poll(() => undone).toEqual(['delete-volume', 'undefine-machine'])
    await expect.poll(() => readdir(folder)).toEqual([])
  })

  it('that the engine’s death interrupted are taken back when their host is there, and say so', async () => {
    const journal = await Journal.create(folder, {
      jobId: 'old',
      kind: 'create-machine',
      title: unkeyed('Create “web”'),
      hostId: 'h',
      machineUuid: null,
      startedAtMs: 1,
    })
    await journal.append({ type: 'will-undo', step: volume })
    await journal.close()
    const ready = deferred<undefined>()
    hostReady = ready.promise
    await jobs.recover()
    expect(jobs.list()).toMatchObject([{ kind: 'create-machine', state: 'running', cancellable: false }])
    expect(undone).toEqual([])
    ready.resolve(undefined)
    const [left] = jobs.list()
    const recovered = await ended(left?.jobId ?? '')
    expect(recovered).toMatchObject({ state: 'failed', problem: { code: 'cancelled' } })
    expect(recovered.problem?.said.english).toContain('taken back')
    expect(undone).toEqual(['delete-volume'])
    expect(await readdir(folder)).toEqual([])
  })

  it('that the engine’s death interrupted say where things are, when nothing is taken back', async () => {
    const about = {
      jobId: 'old',
      kind: 'revert-snapshot',
      title: unkeyed('Take “web” back'),
      hostId: 'h',
      machineUuid: null,
    }
    const journal = await Journal.create(folder, { ...about, startedAtMs: 1 })
    await journal.append({
      type: 'will-undo',
      step: { kind: 'tell', sentence: unkeyed('The present is kept as “x”.') },
    })
    await journal.close()
    await jobs.recover()
    const recovered = await ended(jobs.list()[0]?.jobId ?? '')
    expect(recovered.problem?.said.english).toBe(
      'Strata stopped in the middle of “Take “web” back”. The present is kept as “x”.',
    )
    expect(await readdir(folder)).toEqual([])
  })

  it('are cancelled and taken back when the engine closes', async () => {
    jobs.start(wanted, async (control) => {
      await control.willUndo(volume)
      await untilAborted(control.signal)
    })
    await expect.poll(() => readdir(folder)).toHaveLength(1)
    await jobs.close()
    expect(undone).toEqual(['delete-volume'])
  })

  it('forget a promise about what somebody else had made', async () => {
    const { jobId } = jobs.start(wanted, async (control) => {
      await control.willUndo(volume)
      await control.willNotUndo(volume)
      throw new Error('the name was taken')
    })
    await ended(jobId)
    expect(undone).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('are told as a list first, then as changes', async () => {
    const gate = deferred<undefined>()
    const { jobId } = jobs.start(wanted, () => gate.promise)
    const stream = jobs.watch()
    expect((await stream.next()).value).toMatchObject({ type: 'snapshot', jobs: [{ jobId, state: 'running' }] })
    gate.resolve(undefined)
    expect((await stream.next()).value).toMatchObject({
      type: 'patch',
      changed: [{ jobId, state: 'done' }],
      removed: [],
    })
    jobs.dismiss(jobId)
    expect((await stream.next()).value).toEqual({ type: 'patch', changed: [], removed: [{ jobId }] })
    await stream.return?.()
  })
})
