import { implement } from '@orpc/server'
import type { CreationFinding } from '@strata/contract/create.ts'
import { contract } from '@strata/contract/index.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope, ref } from 'vue'
import { api } from '../../api.ts'
import { connectFleet } from '../../testing/connect-fleet.ts'
import type { Draft } from './new-machine-form.ts'
import { useCreationCheck } from './use-creation-check.ts'

const finding = (field: CreationFinding['field'], message: string): CreationFinding => ({
  field,
  part: null,
  severity: 'error',
  message: unkeyed(message),
  repairs: [],
  suggestion: null,
})

/** Questions that wait for the test's answer, by the name that was asked about. */
let asked: Map<string, (findings: CreationFinding[]) => void>
let disconnect: () => void
let scope: EffectScope

beforeEach(() => {
  asked = new Map()
  const os = implement(contract)
  disconnect = connectFleet({
    router: {
      create: {
        check: os.create.check.handler(
          ({ input }) => new Promise<CreationFinding[]>((resolve) => asked.set(input.name ?? '', resolve)),
        ),
      },
    },
  })
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  disconnect()
})

async function answer(name: string, findings: CreationFinding[]): Promise<void> {
  const resolve = await vi.waitUntil(() => asked.get(name))
  resolve(findings)
}

function checkOf(start: Draft) {
  const draft = ref<Draft>(start)
  const checked = scope.run(() => useCreationCheck(() => draft.value))
  if (checked === undefined) throw new Error('The scope ran nothing.')
  return { draft, checked }
}
const messages = (checked: ReturnType<typeof useCreationCheck>) => checked.findings.value.map((each) => each.message)

describe('useCreationCheck', () => {
  it('shows what the engine found about the form', async () => {
    const { checked } = checkOf({ hostId: 'local', name: 'web' })
    await answer('web', [finding('name', 'web is taken')])
    await vi.waitFor(() => {
      expect(messages(checked)).toEqual(['web is taken'])
    })
  })

  it('takes a finding away as soon as its field changes, and keeps the others', async () => {
    const { draft, checked } = checkOf({ hostId: 'local', name: 'web', vcpuCount: 99 })
    await answer('web', [finding('name', 'web is taken'), finding('vcpuCount', 'too many')])
    await vi.waitFor(() => {
      expect(messages(checked)).toHaveLength(2)
    })
    draft.value = { hostId: 'local', name: 'web-2', vcpuCount: 99 }
    expect(messages(checked)).toEqual(['too many'])
  })

  it('drops an answer that a newer question has overtaken', async () => {
    const { draft, checked } = checkOf({ hostId: 'local', name: 'first' })
    await vi.waitUntil(() => asked.has('first'))
    draft.value = { hostId: 'local', name: 'second' }
    await answer('second', [finding('name', 'second is taken')])
    await vi.waitFor(() => {
      expect(messages(checked)).toEqual(['second is taken'])
    })
    await answer('first', [finding('vcpuCount', 'too many, at first')])
    // Once more round the line, which keeps its order: the late answer has arrived by then.
    const roundTrip = api.create.check({ hostId: 'local', name: 'round trip' })
    await answer('round trip', [])
    await roundTrip
    expect(messages(checked)).toEqual(['second is taken'])
  })

  it('asks once for a burst of changes', async () => {
    const { draft } = checkOf({ hostId: 'local', name: 'w' })
    draft.value = { hostId: 'local', name: 'we' }
    draft.value = { hostId: 'local', name: 'web' }
    await answer('web', [])
    expect([...asked.keys()]).toEqual(['web'])
  })
})
