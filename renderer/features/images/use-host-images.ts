import type { StrataProblem } from '@strata/contract/errors.ts'
import type { CloudImage } from '@strata/contract/images.ts'
import { useDebounceFn } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'

import { api } from '../../api.ts'
import { toProblem } from '../../problem.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import { useJobsStore } from '../jobs/jobs-store.ts'

const PAUSE_MS = 300

interface Answer {
  /** Null before the first answer. */
  readonly images: readonly CloudImage[] | null
  readonly problem: StrataProblem | null
}

/** The images of every host that answers; read again when a machine comes or goes, or a job ends. */
export function useHostImages() {
  const inventory = useInventoryStore()
  const answers = shallowRef<ReadonlyMap<string, Answer>>(new Map())
  const latest = new Map<string, number>()

  const hosts = computed(() => inventory.hostList.filter(({ status }) => status.state === 'connected'))
  const listed = computed(() =>
    hosts.value.map((host) => ({ host, ...(answers.value.get(host.id) ?? { images: null, problem: null }) })),
  )

  /** It may be asked again while an answer is under way: only the latest counts. What was known stays to be seen. */
  async function load(hostId: string): Promise<void> {
    const asked = (latest.get(hostId) ?? 0) + 1
    latest.set(hostId, asked)
    const take = (answer: Answer) => {
      if (latest.get(hostId) === asked) answers.value = new Map([...answers.value, [hostId, answer]])
    }
    try {
      take({ images: await api.images.list({ hostId }), problem: null })
    } catch (error) {
      take({ images: answers.value.get(hostId)?.images ?? null, problem: toProblem(error) })
    }
  }
  const loadAll = () => Promise.all(hosts.value.map(({ id }) => load(id)))
  const loadSoon = useDebounceFn(loadAll, PAUSE_MS)

  watch(() => hosts.value.map(({ id }) => id).join(' '), loadAll, { immediate: true })
  watch(
    () => inventory.machineList.length,
    () => void loadSoon(),
  )
  onScopeDispose(useJobsStore().onEnded(() => void loadSoon()))

  return { listed, load }
}
