import { vi } from 'vitest'

/** What a test waits for comes when the computer gets to it: only what never comes is a fault. */
const patienceMs = 20_000

const waitFor = vi.waitFor
vi.waitFor = (work, options) =>
  waitFor(work, { timeout: patienceMs, ...(typeof options === 'number' ? { timeout: options } : options) })
