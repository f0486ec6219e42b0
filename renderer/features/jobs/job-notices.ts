import { useToast } from '@nuxt/ui/composables/useToast'
import type { Job } from '@strata/contract/jobs.ts'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useRouter } from 'vue-router'

import { t } from '../../i18n.ts'
import { word } from '../../words.ts'
import { useJobsStore } from './jobs-store.ts'

/** Whether the tray's list is open: what ends before the user's eyes needs no notice. */
export const useTrayStore = defineStore('job-tray', () => {
  const isOpen = shallowRef(false)
  return { isOpen }
})

interface Sight {
  readonly windowHidden: boolean
  readonly trayOpen: boolean
  readonly routeName: string
  readonly routeMachineUuid: string | null
}

/** Whether the user had the job's end before the eyes: its list, its machine's page, or the page that began it. */
export function wasSeen(job: Pick<Job, 'kind' | 'machineUuid' | 'state'>, sight: Sight): boolean {
  if (sight.windowHidden) return false
  if (sight.trayOpen) return true
  if (sight.routeName === 'images' && job.kind === 'download-image') return true
  if (sight.routeName === 'create' && job.kind === 'create-machine') return true
  return sight.routeName === 'machine' && sight.routeMachineUuid === job.machineUuid
}

function notifyDesktop(title: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  const notification = new Notification(title, { body, tag: title })
  notification.onclick = () => {
    window.focus()
  }
}

/** Tells of jobs that ended while the user looked elsewhere: a toast, and on the desktop when the window is hidden. */
export function useJobNotices(): void {
  const toast = useToast()
  const router = useRouter()
  const tray = useTrayStore()

  useJobsStore().onEnded((job) => {
    if (job.state === 'cancelled') return
    const { name, params } = router.currentRoute.value
    const sight: Sight = {
      windowHidden: document.hidden,
      trayOpen: tray.isOpen,
      routeName: String(name),
      routeMachineUuid: typeof params['uuid'] === 'string' ? params['uuid'] : null,
    }
    if (wasSeen(job, sight)) return
    const failed = job.state === 'failed'
    const title = t(failed ? 'jobs.notice.failed' : 'jobs.notice.done', { title: word(job.title) })
    const description = job.problem === null ? '' : word(job.problem.said)
    if (document.hidden) notifyDesktop(title, description)
    toast.add({
      id: `job-${job.jobId}`,
      title,
      description,
      color: failed ? 'error' : 'neutral',
      duration: failed ? 15_000 : 6_000,
      actions: [
        {
          label: t('jobs.notice.show'),
          onClick: () => {
            tray.isOpen = true
          },
        },
      ],
    })
  })
}
