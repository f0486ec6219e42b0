import { implement } from '@orpc/server'
import { contract } from '@strata/contract/index.ts'
import type { ForgottenPoint, Snapshot, SnapshotList, WayBack } from '@strata/contract/snapshots.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { aMachine } from '../../testing/a-machine.ts'
import { connectFleet } from '../../testing/connect-fleet.ts'
import SnapshotDetail from './SnapshotDetail.vue'
import SnapshotForgotten from './SnapshotForgotten.vue'
import SnapshotTakeForm from './SnapshotTakeForm.vue'

const machine = aMachine()
const stubs = { RouterLink: true }
const buttonNamed = (wrapper: ReturnType<typeof mount>, text: string) => {
  const found = wrapper.findAll('button').find((button) => button.text() === text)
  if (found === undefined) throw new Error(`no button “${text}”`)
  return found
}

describe('the form for a restore point', () => {
  const list: SnapshotList = {
    ...{ snapshots: [], forgotten: [], takeBlocked: null, suggestedName: 'Restore point 2', takeHolds: 'disks' },
    takenNames: ['Restore point 1'],
    takeNotices: [unkeyed('The state of the TPM is not kept.')],
  }
  const show = () => mount(SnapshotTakeForm, { props: { list } })

  it('says before the press what the point will not hold', () => {
    expect(show().get('[role="status"]').text()).toBe('The state of the TPM is not kept.')
  })

  it.each([
    ['', 'needs a name'],
    ['a/b', 'no slash'],
    ['12', 'besides digits'],
    ['say "x"', 'no straight double quote'],
    ['.hidden', 'full stop'],
    ['é'.repeat(101), 'too long'],
    ['Restore point 1', 'already'],
  ])('knows before the press why a name cannot be: %j', async (name, reason) => {
    const wrapper = show()
    await wrapper.get('input').setValue(name)
    expect(wrapper.get('[aria-live]').text()).toContain(reason)
    expect(buttonNamed(wrapper, 'Take').attributes('disabled')).toBeDefined()
  })
})

describe('points that only the images hold', () => {
  let asked: string[]
  let disconnect: () => void
  beforeEach(() => {
    setActivePinia(createPinia())
    asked = []
    const os = implement(contract)
    disconnect = connectFleet({
      router: {
        snapshots: {
          takeBackForgotten: os.snapshots.takeBackForgotten.handler(({ input }) => {
            asked.push(input.key)
            return { jobId: 'job' }
          }),
        },
      },
    })
  })
  afterEach(() => {
    disconnect()
  })
  const lost: ForgottenPoint = {
    ...{ key: 'k', name: 'lost', takenAtMs: 0, targetDevs: ['vda', 'vdb'] },
    ...{ takeBackBlocked: null, removeBlocked: unkeyed('The machine uses its images now.') },
  }
  const show = (point: ForgottenPoint) =>
    mount(SnapshotForgotten, { props: { machine, points: [point], isBusy: false } })

  it('are named with their disks, and are taken back by a press', async () => {
    const wrapper = show(lost)
    expect(wrapper.text()).toContain('in vda, vdb')
    await buttonNamed(wrapper, 'Take back into the list').trigger('click')
    await vi.waitUntil(() => asked.length === 1)
    expect(asked).toEqual(['k'])
  })

  it('say why they cannot be removed', () => {
    const wrapper = show(lost)
    expect(buttonNamed(wrapper, 'Remove from the images…').attributes('disabled')).toBeDefined()
    expect(wrapper.text()).toContain('Cannot be removed: The machine uses its images now.')
  })
})

describe('the pane of a restore point', () => {
  let answer: WayBack
  let disconnect: () => void
  beforeEach(() => {
    setActivePinia(createPinia())
    const os = implement(contract)
    disconnect = connectFleet({
      router: { snapshots: { wayBack: os.snapshots.wayBack.handler(() => answer) } },
    })
  })
  afterEach(() => {
    disconnect()
  })
  const snapshot: Snapshot = {
    ...{ name: 'old', parentName: null, description: '', takenAtMs: 0, holds: 'disks', machineState: 'shut-off' },
    ...{ kind: 'internal', current: false, sizeBytes: null, hasPicture: false, automatic: false },
    ...{ revertBlocked: null, removeBlocked: null, copyBlocked: null },
  }
  const show = async () => {
    const wrapper = mount(SnapshotDetail, { props: { machine, snapshot, isBusy: false }, global: { stubs } })
    await flushPromises()
    return wrapper
  }

  it('says what others have against going back', async () => {
    answer = { blocked: unkeyed('A disk of “child” is built on it.'), notices: [] }
    const wrapper = await show()
    await vi.waitUntil(() => wrapper.text().includes('A disk of “child” is built on it.'))
    expect(buttonNamed(wrapper, 'Go back to this point').attributes('disabled')).toBeDefined()
  })

  it('says before the press what stays as it is now', async () => {
    answer = { blocked: null, notices: [unkeyed('The UEFI variables stay as they are now.')] }
    const wrapper = await show()
    await vi.waitUntil(() => wrapper.text().includes('The UEFI variables stay as they are now.'))
    expect(buttonNamed(wrapper, 'Go back to this point').attributes('disabled')).toBeUndefined()
  })
})
