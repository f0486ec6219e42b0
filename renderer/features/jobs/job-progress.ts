import type { Job } from '@strata/contract/jobs.ts'

import { formatBytes, formatBytesOf, formatDuration, formatRate, formatShare } from '../../formats.ts'
import { t } from '../../i18n.ts'
import { word } from '../../words.ts'

/** 0–1 by bytes where there are bytes, else by the steps that are done; null: nothing to measure by. */
export function jobShare(job: Job): number | null {
  if (job.progress?.totalBytes) return Math.min(1, job.progress.doneBytes / job.progress.totalBytes)
  if (job.progress !== null || job.steps.length < 2) return null
  return job.steps.filter((step) => step.state === 'done' || step.state === 'skipped').length / job.steps.length
}

const leftOf = (job: Job): string | null =>
  job.progress?.remainingMs == null
    ? null
    : t('jobs.left', { time: formatDuration(job.progress.remainingMs, 'narrow') })

/** '64 %, 9 s left', for the footer. */
export function jobBrief(job: Job): string {
  if (job.state === 'cancelling') return t('jobs.state.cancelling')
  const share = jobShare(job)
  return [share === null ? null : formatShare(share), leftOf(job)].filter(Boolean).join(', ')
}

/** '1.2 of 4 GiB, 210 MiB/s, 9 s left', for the list. */
export function jobDetail(job: Job): string {
  const { progress } = job
  if (progress === null)
    return word(job.steps.find((step) => step.state === 'running')?.label) ?? t(`jobs.state.${job.state}`)
  const amount =
    progress.totalBytes === null
      ? formatBytes(progress.doneBytes)
      : formatBytesOf(progress.doneBytes, progress.totalBytes)
  return [amount, progress.bytesPerS === null ? null : formatRate(progress.bytesPerS), leftOf(job)]
    .filter(Boolean)
    .join(', ')
}
