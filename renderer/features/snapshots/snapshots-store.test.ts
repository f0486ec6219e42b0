import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'
import { implement } from '@orpc/server'
import { contract } from '@strata/contract/index.ts'
import type { Job, JobsMessage } from '@strata/contract/jobs.ts'
import type { SnapshotList } from '@strata/contract/snapshots.ts'
import { aMachine } from '../../testing/a-machine.ts'
import { connectFleet } from '../../testing/connect-fleet.ts'
import { refusal } from '../../testing/refusal.ts'
import { useJobsStore } from '../jobs/jobs-store.ts'
import { useSnapshotsStore } from './snapshots-store.ts'

const machine = aMachine()
const listNamed = (suggestedName: string): SnapshotList => ({
  snapshots: [],
  forgotten: [],
  takeBlocked: null,
  suggestedName,
  takenNames: [],
  takeNotices: [],
  takeHolds: 'disks',
})
const ended = (state: Job['state'], problem: Job['problem']): Job => ({
  jobId: 'job',
  kind: 'take-snapshot',
  title: 'Taking',
  hostId: machine.hostId,
  machineUuid: machine.uuid,
  state,
  steps: [],
  progress: null,
  cancellable: true,
  startedAtMs: 0,
  endedAtMs: 1,
  problem,
  result: null,
})
const told = (job: Job): JobsMessage => ({ type: 'patch', changed: [job], removed: [] })

let lists: ((list: SnapshotList) => void)[]
let takes: string[]
let disconnect: () => void

beforeEach(() => {
  setActivePinia(createPinia())
  lists = []
  takes = []
  const os = implement(contract)
  disconnect = connectFleet({
    router: {
      snapshots: {
        list: os.snapshots.list.handler(() => new Promise<SnapshotList>((resolve) => lists.push(resolve))),
        take: os.snapshots.take.handler(({ input }) => {
          takes.push(input.name)
          return { jobId: 'job' }
        }),
        remove: os.snapshots.remove.handler(({ errors }) => {
          throw errors['wrong-state'](refusal('Not now.'))
        }),
      },
    },
  })
})
afterEach(() => {
  disconnect()
})

describe('the restore points of a machine', () => {
  it('are those of the latest question, whichever answer comes last', async () => {
    const store = useSnapshotsStore()
    const loads = [store.load(machine), store.load(machine)]
    await vi.waitUntil(() => lists.length === 2)
    lists[1]?.(listNamed('new'))
    await loads[1]
    lists[0]?.(listNamed('old'))
    await loads[0]
    expect(store.of(machine).list?.suggestedName).toBe('new')
  })

  it('are read anew when a point was taken, and only then is the act over', async () => {
    const store = useSnapshotsStore()
    const taking = store.perform(machine, { kind: 'take', name: 'before', description: '' })
    await vi.waitUntil(() => store.of(machine).jobId === 'job')
    expect(store.of(machine).act).toMatchObject({ kind: 'take', name: 'before' })
    useJobsStore().apply(told(ended('done', null)))
    await vi.waitUntil(() => lists.length === 1)
    lists[0]?.(listNamed('next'))
    expect(await taking).toBe(true)
    expect(store.of(machine)).toMatchObject({
      act: null,
      jobId: null,
      actProblem: null,
      list: { suggestedName: 'next' },
    })
  })

  it('say why an act failed', async () => {
    const store = useSnapshotsStore()
    const problem = { code: 'out-of-space', ...refusal('Full.').data } as const
    const taking = store.perform(machine, { kind: 'take', name: 'before', description: '' })
    await vi.waitUntil(() => store.of(machine).jobId === 'job')
    useJobsStore().apply(told(ended('failed', problem)))
    await vi.waitUntil(() => lists.length === 1)
    lists[0]?.(listNamed('next'))
    expect(await taking).toBe(false)
    expect(store.of(machine).actProblem).toMatchObject({ code: 'out-of-space' })
  })

  it('say why an act was refused at once, and are free for the next', async () => {
    const store = useSnapshotsStore()
    expect(await store.perform(machine, { kind: 'remove', name: 'before' })).toBe(false)
    expect(store.of(machine)).toMatchObject({
      act: null,
      actProblem: { code: 'wrong-state', said: { english: 'Not now.' } },
    })
  })

  it('are changed by one act at a time', async () => {
    const store = useSnapshotsStore()
    void store.perform(machine, { kind: 'take', name: 'first', description: '' })
    expect(await store.perform(machine, { kind: 'take', name: 'second', description: '' })).toBe(false)
    await vi.waitUntil(() => takes.length === 1)
    expect(takes).toEqual(['first'])
  })
})
