import type { StartNotice } from '@strata/contract/settings.ts'

/** Where it is told that a file of Strata's own is not as it should be (startup/start-notices.ts). */
export interface Notices {
  add(notice: StartNotice, error?: unknown): void
  list(): readonly StartNotice[]
}

/** For an engine whose folders nobody looked through. */
export const nothingWrong: Notices = { add: () => undefined, list: () => [] }
