import type { GuestSetup, UserDataProblem } from '@strata/contract/guest-setup.ts'
import type { StrataProblem } from '@strata/contract/errors.ts'
import { useDebounceFn } from '@vueuse/core'
import { ref, shallowRef, watch } from 'vue'

import { api } from '../../../api.ts'
import { toProblem } from '../../../problem.ts'

const PAUSE_MS = 300

interface UserDataLink {
  /** The set-up as it would be ordered; null: there is none. */
  setup: () => GuestSetup | null
  machineName: () => string
  /** The text said something: the fields follow. */
  onRead: (setup: GuestSetup) => void
}

/**
 * User data and the fields as two faces of one thing. Whoever was changed last tells the other, a moment later; what
 * the other becomes by that is no change of its own.
 */
export function useUserData({ setup, machineName, onRead }: UserDataLink) {
  const text = ref('')
  const problems = shallowRef<readonly UserDataProblem[]>([])
  const failure = shallowRef<StrataProblem | null>(null)
  /** The fields as the text has them; equal fields need no writing. */
  let agreed: string | null = null
  let latest = 0

  const keyOf = (each: GuestSetup | null) => JSON.stringify([each, machineName()])

  async function write(): Promise<void> {
    const now = setup()
    if (now === null || keyOf(now) === agreed) return
    latest += 1
    const asked = latest
    const key = keyOf(now)
    try {
      const { userData } = await api.guestSetup.writeUserData({ setup: now, machineName: machineName() })
      if (asked !== latest) return
      text.value = userData
      agreed = key
      problems.value = []
      failure.value = null
      // A text of one's own goes on as what the fields made of it.
      if (now.userData !== null && now.userData !== userData) adopt({ ...now, userData })
    } catch (error) {
      if (asked === latest) failure.value = toProblem(error)
    }
  }

  async function read(): Promise<void> {
    const before = setup()
    if (before === null) return
    latest += 1
    const asked = latest
    const typed = text.value
    try {
      const answer = await api.guestSetup.readUserData({ setup: before, userData: typed })
      if (asked !== latest || typed !== text.value) return
      problems.value = answer.problems
      failure.value = null
      adopt({ ...answer.setup, password: before.password, userData: typed })
    } catch (error) {
      if (asked === latest) failure.value = toProblem(error)
    }
  }

  function adopt(now: GuestSetup): void {
    agreed = keyOf(now)
    onRead(now)
  }

  const writeSoon = useDebounceFn(write, PAUSE_MS)
  const readSoon = useDebounceFn(read, PAUSE_MS)
  watch(
    () => keyOf(setup()),
    () => void writeSoon(),
  )
  void write()

  function type(typed: string): void {
    latest += 1
    text.value = typed
    void readSoon()
  }

  return { text, problems, failure, type }
}
