import { implement } from '@orpc/server'
import { contract } from '@strata/contract/index.ts'
import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope, ref } from 'vue'
import { connectFleet } from '../../../testing/connect-fleet.ts'
import { guestSetupProposal } from '../../../testing/creation-proposals.ts'
import { useUserData } from './use-user-data.ts'

/** An engine whose user data is a line of packages, and which counts what it is asked. */
let asked: string[]
let disconnect: () => void
let scope: EffectScope

beforeEach(() => {
  asked = []
  const os = implement(contract)
  disconnect = connectFleet({
    router: {
      guestSetup: {
        writeUserData: os.guestSetup.writeUserData.handler(({ input }) => {
          asked.push('write')
          return { userData: `packages: ${input.setup.packages.join(' ')}` }
        }),
        readUserData: os.guestSetup.readUserData.handler(({ input }) => {
          asked.push('read')
          const [, packages] = /^packages: (.*)$/.exec(input.userData) ?? []
          return packages === undefined
            ? { setup: input.setup, problems: [{ message: unkeyed('This is no list.'), line: 1, column: 1 }] }
            : { setup: { ...input.setup, packages: packages.split(' '), password: 'invented' }, problems: [] }
        }),
      },
    },
  })
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  disconnect()
})

function link(start: Partial<GuestSetup> = {}) {
  const setup = ref<GuestSetup>({ ...guestSetupProposal, ...start })
  const onRead = (read: GuestSetup) => (setup.value = read)
  const linked = scope.run(() => useUserData({ setup: () => setup.value, machineName: () => 'web', onRead }))
  if (linked === undefined) throw new Error('The scope ran nothing.')
  return { setup, ...linked }
}

describe('user data beside its fields', () => {
  it('says what the fields say, and follows them', async () => {
    const { setup, text } = link({ packages: ['nginx'] })
    await vi.waitUntil(() => text.value === 'packages: nginx')
    setup.value = { ...setup.value, packages: ['nginx', 'curl'] }
    await vi.waitUntil(() => text.value === 'packages: nginx curl')
    expect(setup.value.userData).toBeNull()
  })

  it('changes the fields when it is typed, keeps the text to the letter, and does not write it again', async () => {
    const { setup, text, type } = link({ password: 'pa55' })
    await vi.waitUntil(() => text.value !== '')
    type('packages: git')
    await vi.waitUntil(() => setup.value.packages.includes('git'))
    expect(setup.value.userData).toBe('packages: git')
    // The password is typed in its own field only: no text gives another one.
    expect(setup.value.password).toBe('pa55')
    setup.value = { ...setup.value, packages: ['git', 'vim'] }
    await vi.waitUntil(() => text.value === 'packages: git vim')
    expect(setup.value.userData).toBe('packages: git vim')
    expect(asked).toEqual(['write', 'read', 'write'])
  })

  it('tells where a text cannot be read and leaves the fields as they were', async () => {
    const { setup, text, problems, type } = link({ packages: ['nginx'] })
    await vi.waitUntil(() => text.value !== '')
    type('nonsense')
    await vi.waitUntil(() => problems.value.length > 0)
    expect(problems.value).toEqual([{ message: unkeyed('This is no list.'), line: 1, column: 1 }])
    expect(setup.value.packages).toEqual(['nginx'])
    expect(text.value).toBe('nonsense')
  })
})
