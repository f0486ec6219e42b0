import type { Logger } from 'pino'

/**
 * What nobody caught. A promise that nobody waited for spoils no state of others: it is logged, and the engine goes on
 * with its jobs and windows. After an exception nothing is certain: it is logged, and the process ends as it would
 * have, with the journal for the next start.
 * @returns stops listening
 */
export function logWhatNobodyCaught(log: Pick<Logger, 'error' | 'fatal'>): () => void {
  const onRejection = (reason: unknown) => log.error({ err: reason }, 'nobody caught a failure')
  const onException = (error: unknown) => log.fatal({ err: error }, 'nobody caught an exception')
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtExceptionMonitor', onException)
  return () => {
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtExceptionMonitor', onException)
  }
}
