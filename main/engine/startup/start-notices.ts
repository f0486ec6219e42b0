import type { StartNotice } from '@strata/contract/settings.ts'
import type { Logger } from 'pino'

/** A journal folder full of broken files is told of by a few of them. */
const MOST = 20

/** What was wrong with Strata's own files when it started: for the log, and for the window. */
export class StartNotices {
  readonly #notices: StartNotice[] = []
  readonly #untold: { notice: StartNotice; error: unknown }[] = []
  #log: Pick<Logger, 'warn'> | null = null

  add(notice: StartNotice, error?: unknown): void {
    if (this.#notices.length < MOST) this.#notices.push(notice)
    if (this.#log === null) this.#untold.push({ notice, error })
    else this.#log.warn({ ...notice, err: error }, 'told in the window')
  }

  /** The log itself lies in one of the folders that are looked at first. */
  tellTo(log: Pick<Logger, 'warn'>): void {
    this.#log = log
    for (const { notice, error } of this.#untold.splice(0)) {
      log.warn({ ...notice, err: error }, 'a file of Strata’s own is not as it should be')
    }
  }

  list(): readonly StartNotice[] {
    return this.#notices
  }
}
